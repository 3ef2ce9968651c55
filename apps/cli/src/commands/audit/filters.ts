import { type Command, Option } from 'commander'
import { parseDuration } from '../../args/duration.ts'
import { given } from '../../args/given.ts'
import type { Io } from '../../io.ts'

/** What lines are looked for by, as flags. */
export interface FilterOptions {
  action?: string
  actor?: string
  cluster?: string
  verb?: string
  resource?: string
  namespace?: string
  name?: string
  status?: string
  refused?: true
  request?: string
  since?: number
  until?: number
}

export const filterOptions = (command: Command): Command =>
  command
    .option(
      '--action <name>',
      'only one operation, such as clusters.connect, or all of an area, such as tokens or kube',
    )
    .option('--actor <who>', 'only what the person, service account or token of this name or id did')
    .option('--cluster <cluster>', 'only what was about this cluster: id or name')
    .option('--verb <verb>', 'only this verb, such as delete')
    .option('--resource <resource>', 'only this resource, such as pods')
    .option('-n, --namespace <namespace>', 'only this namespace')
    .option('--name <name>', 'only objects of this name')
    .option('--status <status>', 'only answers with this status, such as 403, or of a class, such as 5xx')
    .option('--refused', 'only what the rules refused')
    .option('--request <id>', 'only the request with this id; a cluster’s own audit has it as auditID')
    .addOption(new Option('--since <span>', 'only lines of the last span, such as 2h').argParser(parseDuration))
    .addOption(new Option('--until <span>', 'only lines older than this span').argParser(parseDuration))

/** The same for the API. */
export function filterQuery(io: Io, { refused, since, until, ...same }: FilterOptions) {
  const ago = (seconds: number | undefined) =>
    seconds === undefined ? undefined : new Date(io.now().getTime() - seconds * 1000).toISOString()
  const { action, actor, cluster, verb, resource, namespace, name, status, request } = same
  const outcome = refused ? ('refused' as const) : undefined
  const plain = { action, actor, cluster, verb, resource, namespace, name, status, request }
  return given({ ...plain, outcome, since: ago(since), until: ago(until) })
}
