import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { fields } from '../../print/fields.ts'
import { outputOption, printData } from '../../print/output.ts'
import { stateOf } from './list.ts'

/** `moorage user get` */
export const get = (io: Io) =>
  define('get', {
    summary: 'Show a user',
    examples: [{ does: 'Why can ada not sign in?', run: 'moorage user get ada' }],
  })
    .argument('<name>', 'name of the user')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (name: string, { output }: { output: 'table' | 'json' | 'yaml' }, command) => {
      await using hub = await openHub(io, command)
      const user = await hub.api.users.get({ user: name }, { signal: io.signal })
      if (output !== 'table') return printData(io, output, user)
      say(
        io,
        fields([
          ['Name', user.name],
          ['Full name', clean(user.displayName)],
          ['Email', clean(user.email ?? '')],
          ['Source', user.source],
          ['State', stateOf(user)],
          ['Disabled', user.disabled === null ? '' : `${user.disabled.at} ${clean(user.disabled.because)}`.trim()],
          ['Locked out', user.lockedUntil === null ? '' : `until ${user.lockedUntil}`],
          ['Last seen', user.lastSeenAt ?? 'never'],
          ['Created', user.createdAt],
        ]),
      )
    })
