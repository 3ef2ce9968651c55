import type { Binding } from '@moorage/contract/access.ts'
import { showScope, showSubjects } from '../../access/scope.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { relative } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage binding list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List bindings: who has which role where, and until when',
    examples: [
      { does: 'What does Ada have by name?', run: 'moorage binding list --subject ada' },
      { does: 'Who administers clusters?', run: 'moorage binding list --role cluster-admin' },
    ],
  })
    .alias('ls')
    .option('--role <role>', 'only of this role')
    .option('--subject <name>', 'only those that name this user, group or service account')
    .option('--project <project>', 'only those for this project')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (options: { output: Format; role?: string; subject?: string; project?: string }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.bindings.list(
        {
          ...(options.role !== undefined && { role: options.role }),
          ...(options.subject !== undefined && { subject: options.subject }),
          ...(options.project !== undefined && { project: options.project }),
        },
        { signal: io.signal },
      )
      printList(io, options.output, { items, total: items.length }, view(io.now()))
    })

const view = (now: Date): ListView<Binding> => ({
  name: item => item.name,
  empty: 'There are no bindings that you may see.',
  columns: [
    { title: 'NAME', value: item => item.name },
    { title: 'ROLE', value: item => item.role },
    { title: 'FOR', value: item => showSubjects(item.subjects), shrink: true },
    { title: 'WHERE', value: item => showScope(item.scope) },
    { title: 'ENDS', value: item => (item.expiresAt ? relative(item.expiresAt, now) : 'never') },
    { title: 'REASON', value: item => clean(item.reason ?? ''), drop: 1 },
  ],
})
