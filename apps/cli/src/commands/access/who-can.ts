import type { WhoCan } from '@moorage/contract/explain.ts'
import { type Asked, askedFrom, hintAt } from '../../access/asked.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'
import { relative } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage access who-can` */
export const whoCan = (io: Io) =>
  define('who-can', {
    summary: 'List who may do something in a cluster, and by which binding',
    examples: [{ does: 'Who may delete pods?', run: 'moorage access who-can --cluster prod delete pods -n shop' }],
  })
    .argument('<verb>', 'get, list, watch, create, update, patch, delete')
    .argument('<resource>', 'such as pods, pods/log, deploy, widgets.example.org or /metrics')
    .argument('[name]', 'name of the object')
    .requiredOption('--cluster <cluster>', 'id or name of the cluster')
    .option('-n, --namespace <namespace>', 'namespace (default: all, or what is in none)')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(
      async (verb: string, what: string, name: string | undefined, options: Asked & { output: Format }, command) => {
        const asked = askedFrom(verb, what, name, options)
        await using hub = await openHub(io, command)
        const { items, because } = await hub.api.access.whoCan(asked, { signal: io.signal })
        const hint = hintAt(asked)
        if (hint !== null) note(io, hint)
        if (because !== null) note(io, because)
        printList(io, options.output, { items, total: items.length }, view(io.now()))
      },
    )

const view = (now: Date): ListView<WhoCan['items'][number]> => ({
  name: ({ subject }) => `${subject.kind}/${subject.name}`,
  empty: 'Nobody may.',
  columns: [
    { title: 'KIND', value: ({ subject }) => subject.kind },
    { title: 'NAME', value: ({ subject }) => clean(subject.name) },
    { title: 'BINDING', value: ({ binding }) => binding },
    { title: 'ROLE', value: ({ role }) => role },
    { title: 'RULE', value: ({ rule }) => rule },
    { title: 'ENDS', value: ({ expiresAt }) => (expiresAt ? relative(expiresAt, now) : 'never') },
  ],
})
