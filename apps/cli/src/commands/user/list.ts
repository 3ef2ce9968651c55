import type { User } from '@moorage/contract/user.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { age } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage user list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List users',
    examples: [{ does: 'Who can sign in?', run: 'moorage user list' }],
  })
    .alias('ls')
    .addOption(outputOption())
    .action(async (options: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.users.list(undefined, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view(io.now()))
    })

/** In one word, what keeps somebody out. */
export const stateOf = ({ disabled, lockedUntil, mustChangePassword }: User): string => {
  if (disabled !== null) return 'disabled'
  if (lockedUntil !== null) return 'locked out'
  return mustChangePassword ? 'new password' : 'active'
}

const view = (now: Date): ListView<User> => ({
  name: user => user.name,
  empty:
    'There are no users. "moorage user create NAME" makes one, "moorage issuer add" lets people sign in elsewhere.',
  columns: [
    { title: 'NAME', value: user => user.name },
    { title: 'SOURCE', value: user => user.source },
    { title: 'STATE', value: stateOf },
    { title: 'LAST SEEN', value: user => (user.lastSeenAt ? `${age(user.lastSeenAt, now)} ago` : 'never') },
    { title: 'AGE', value: user => age(user.createdAt, now) },
  ],
  wide: [
    { title: 'FULL NAME', value: user => clean(user.displayName) },
    { title: 'EMAIL', value: user => clean(user.email ?? '') },
  ],
})
