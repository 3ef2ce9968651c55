import type { Token } from '@moorage/contract/hub.ts'
import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { readPages } from '../../hub/pages.ts'
import type { Io } from '../../io.ts'
import { age, relative } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage token list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List tokens; the tokens themselves are not kept and can not be shown',
    description: 'Everybody’s for who may list them, else your own.',
    examples: [{ does: 'Which tokens were used lately?', run: 'moorage token list' }],
  })
    .alias('ls')
    .option('--own', 'only your own')
    .addOption(limitOption(0))
    .addOption(outputOption())
    .action(async (options: { own?: boolean; limit: number; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const found = await readPages(options.limit, page =>
        hub.api.tokens.list({ ...page, ...(options.own && { own: 'true' }) }, { signal: io.signal }),
      )
      printList(io, options.output, found, view(io.now()))
    })

const view = (now: Date): ListView<Token> => ({
  name: token => token.id,
  empty: 'There are no tokens.',
  columns: [
    { title: 'ID', value: token => token.id },
    { title: 'NAME', value: token => clean(token.name) },
    { title: 'OWNER', value: token => (token.owner.kind === 'token' ? '(admin)' : clean(token.owner.name)) },
    { title: 'AGE', value: token => age(token.createdAt, now) },
    { title: 'EXPIRES', value: token => (token.expiresAt ? relative(token.expiresAt, now) : 'never') },
    { title: 'LAST USED', value: token => (token.lastUsedAt ? `${age(token.lastUsedAt, now)} ago` : 'never') },
  ],
  wide: [{ title: 'SCOPE', value: token => (token.scope === null ? '' : JSON.stringify(token.scope)) }],
})
