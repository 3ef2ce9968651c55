import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHub } from '@moorage/testkit/hub-process.ts'
import { startPostgres } from '@moorage/testkit/postgres.ts'
import { auditLines } from './audit-lines.ts'
import { latency } from './latency.ts'
import { numberOption } from './option.ts'
import { type Figure, report } from './report.ts'

/** Requests that each figure is of. */
const ASKED = 30

/** Lines of a year: 200 people, 20 clusters, mostly reads, one in fifty refused, and one object that was deleted once. */
const fill = (lines: number) => `
  insert into audit (seq, at, actor_kind, actor_id, actor_name, source, action, cluster_id, target, allowed, because,
    status, request_id, duration_ms, previous, hash, format, verb, api_group, resource, namespace, name, client)
  select last + n, now() - (${lines} - n) * interval '365 days' / ${lines}, 'user', 'id-' || n % 200, 'user-' || n % 200,
    '10.0.0.' || n % 250, 'kube.' || verb, 'cluster-' || n % 20, '/api/v1/namespaces/ns-' || n % 50 || '/pods', n % 50 > 0,
    'Binding ops, kubernetes[0] of role ops.', case when n % 50 = 0 then 403 else 200 end, 'r-' || n, 5, 'p', md5(n::text), 2,
    verb, '', case n % 3 when 0 then 'pods' when 1 then 'configmaps' else 'secrets' end, 'ns-' || n % 50,
    case when n = ${Math.floor(lines / 2)} then 'the-one' else 'web-' || n % 1000 end, 'kubectl'
  from (select n, (array['get', 'list', 'watch', 'get', 'list', 'update', 'patch', 'create', 'get', 'delete'])[1 + n % 10] verb,
    (select coalesce(max(seq), 0) from audit) last from generate_series(1, ${lines}) n) s`

export const auditHelp = `./run bench audit [OPTIONS]
How fast pages of the audit log are found, on PostgreSQL, and lines are written, there and in the embedded database.

--lines N     size of the log (1000000)
--written N   lines that are written, one at a time and 32 at once (1000)
`

/** `./run bench audit` */
export async function audit(args: string[]): Promise<void> {
  const lines = numberOption(args, 'lines', 1_000_000)
  const written = numberOption(args, 'written', 1_000)
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-audit-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const postgres = stack.use(await startPostgres())
  const figures: Figure[] = []
  {
    await using embedded = await startHub({ dir: join(dir, 'embedded') })
    figures.push(...(await auditLines(embedded, 'embedded database', written)))
  }
  const hub = stack.use(await startHub({ dir: join(dir, 'hub'), args: ['--database-url', postgres.databaseUrl] }))
  figures.push(...(await auditLines(hub, 'PostgreSQL', written)))
  const began = performance.now()
  postgres.query(fill(lines))
  const filled = (performance.now() - began) / 1000
  postgres.query('analyze audit')
  const day = 86_400_000
  const ago = (days: number) => new Date(Date.now() - days * day).toISOString()
  const searches: [name: string, query: string][] = [
    ['newest 100', ''],
    ['of a person', 'actor=user-7'],
    ['of a person, by id', 'actor=id-7'],
    ['of a cluster', 'cluster=cluster-3'],
    ['deletions of pods', 'verb=delete&resource=pods'],
    ['of a namespace', 'namespace=ns-9'],
    ['refused', 'outcome=refused'],
    ['refused to a person', 'outcome=refused&actor=user-50'],
    ['one request', 'request=r-77777'],
    ['a day half a year ago', `since=${ago(180)}&until=${ago(179)}`],
    ['of a person, half a year ago', `actor=user-7&since=${ago(180)}&until=${ago(170)}`],
    ['one object’s name, anywhere', 'name=the-one'],
  ]
  figures.push({ name: 'filling', value: filled, unit: 's' })
  for (const [name, query] of searches) {
    const found = await latency(ASKED, () => hub.fetch(`/api/v1/audit?limit=100&${query}`))
    figures.push(...found.figures(name, ''))
  }
  report('audit', { lines, written }, figures)
}
