import { type RoleRequest, RoleRequestState } from '@moorage/contract/role-request.ts'
import { Option } from 'commander'
import { showScope, showSubjects } from '../../access/scope.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'
import { age } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage access requests` */
export const requests = (io: Io) =>
  define('requests', {
    summary: 'List requests for roles: your own, and those that you may see or decide about',
    examples: [{ does: 'What waits for an answer?', run: 'moorage access requests --state pending' }],
  })
    .addOption(new Option('--state <state>', 'only those in this state').choices(RoleRequestState.options))
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (options: { state?: RoleRequestState; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const asked = options.state === undefined ? {} : { state: options.state }
      const { items } = await hub.api.roleRequests.list(asked, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view(io.now()))
      const open = items.filter(({ mayDecide }) => mayDecide)
      if (open.length > 0 && options.output === 'table') {
        note(io, `${open.length} wait for your answer: moorage access approve ${open[0]?.id}, or deny.`)
      }
    })

/** `4h`, `90m`. */
const span = (seconds: number) =>
  seconds % 3600 === 0 ? `${seconds / 3600}h` : seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`

const view = (now: Date): ListView<RoleRequest> => ({
  name: ({ id }) => id,
  empty: 'There are no requests.',
  columns: [
    { title: 'ID', value: ({ id }) => id },
    { title: 'STATE', value: ({ state }) => state },
    { title: 'WHO', value: ({ subject }) => showSubjects([subject]) },
    { title: 'ROLE', value: ({ role }) => role },
    { title: 'WHERE', value: ({ scope }) => showScope(scope) },
    { title: 'FOR', value: ({ seconds }) => span(seconds) },
    { title: 'AGE', value: ({ createdAt }) => age(createdAt, now) },
    { title: 'DECIDED BY', value: ({ decidedBy }) => clean(decidedBy ?? '-'), drop: 1 },
    { title: 'REASON', value: ({ reason }) => clean(reason), shrink: true },
  ],
})
