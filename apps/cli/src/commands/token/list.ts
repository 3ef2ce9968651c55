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
    examples: [{ does: 'Which tokens were used lately?', run: 'moorage token list' }],
  })
    .alias('ls')
    .addOption(limitOption(0))
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (options: { limit: number; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const found = await readPages(options.limit, page => hub.api.tokens.list(page, { signal: io.signal }))
      printList(io, options.output, found, view(io.now()))
    })

const view = (now: Date): ListView<Token> => ({
  name: token => token.id,
  empty: 'There are no tokens.',
  columns: [
    { title: 'ID', value: token => token.id },
    { title: 'NAME', value: token => clean(token.name) },
    { title: 'AGE', value: token => age(token.createdAt, now) },
    { title: 'EXPIRES', value: token => (token.expiresAt ? relative(token.expiresAt, now) : 'never') },
    { title: 'LAST USED', value: token => (token.lastUsedAt ? `${age(token.lastUsedAt, now)} ago` : 'never') },
  ],
})
