import type { ServiceAccount } from '@moorage/contract/service-account.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { age } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage service-account list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List service accounts',
    examples: [{ does: 'Which machines have rights?', run: 'moorage service-account list' }],
  })
    .alias('ls')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (options: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.serviceAccounts.list(undefined, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view(io.now()))
    })

const view = (now: Date): ListView<ServiceAccount> => ({
  name: account => account.name,
  empty: 'There are no service accounts.',
  columns: [
    { title: 'NAME', value: account => account.name },
    { title: 'TOKENS', value: account => String(account.tokens) },
    { title: 'AGE', value: account => age(account.createdAt, now) },
    { title: 'DESCRIPTION', value: account => clean(account.description) },
  ],
})
