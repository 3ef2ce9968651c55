import { createHash } from 'node:crypto'
import type { Postgres } from '@moorage/testkit/postgres.ts'

/** How the log that is filled is spread: 200 people and 20 clusters of 50 namespaces, over a year. */
export const YEAR_MS = 365 * 86_400_000
/** Lines that go to the database as one text. */
const AT_ONCE = 1_000
const VERBS = ['get', 'list', 'watch', 'get', 'list', 'update', 'patch', 'create', 'get', 'delete']
const RESOURCES = ['pods', 'configmaps', 'secrets', 'deployments', 'events']
const COLUMNS =
  'seq, at, actor_kind, actor_id, actor_name, source, action, cluster_id, target, allowed, because, status, request_id, duration_ms, previous, hash, format, via, acts_as, client, verb, api_group, resource, namespace, name, binding, bytes_in, bytes_out'

/** One line in fifty was refused, one in a thousand failed, and one alone was about `the-one`. */
function lineOf(n: number, lines: number, began: number) {
  // Spread without a common period, so that each person is met with each verb, cluster and namespace.
  const spread = (of: number, salt: number) => Math.floor((Math.imul(n, salt) >>> 8) % of)
  const person = spread(200, 0x9e3779b1)
  const verb = VERBS[spread(VERBS.length, 0x85ebca77)] as string
  const cluster = `cluster-${spread(20, 0xc2b2ae3d)}`
  const namespace = `ns-${spread(50, 0x27d4eb2f)}`
  const resource = RESOURCES[spread(RESOURCES.length, 0x165667b1)] as string
  const allowed = n % 50 !== 0
  const name = n === lines >> 1 ? 'the-one' : `web-${spread(1_000, 0x2545f491)}`
  return {
    at: new Date(began + Math.floor((n / lines) * YEAR_MS)).toISOString(),
    person,
    verb,
    cluster,
    namespace,
    resource,
    allowed,
    name,
    status: allowed ? (n % 1_000 === 1 ? 500 : verb === 'create' ? 201 : 200) : 403,
    target: `/api/v1/namespaces/${namespace}/${resource}/${name}`,
  }
}

/** Lines for COPY, each with the hash that the hub would have given it: `verify` finds them whole, or this is wrong. */
function* copyLines(lines: number, began: number): Generator<string> {
  let previous = '0'.repeat(64)
  let text = ''
  for (let n = 1; n <= lines; n += 1) {
    const { at, person, verb, cluster, namespace, resource, allowed, name, status, target } = lineOf(n, lines, began)
    const [id, who, source] = [`id-${person}`, `user-${person}`, `10.0.0.${person}`]
    const [because, binding] = ['Binding ops, kubernetes[0] of role ops.', 'ops']
    const common = ['user', id, who, source, `kube.${verb}`, cluster, target, allowed, because, status, `r-${n}`, 5]
    const kube = ['token/t', who, 'kubectl/v1.36.3', verb, '', resource, null, namespace, name, binding, 0, 2_000, null]
    const hash = createHash('sha256')
      .update(JSON.stringify([2, n, previous, at, ...common, ...kube]))
      .digest('hex')
    const [via, actsAs, client] = kube
    const rest = [via, actsAs, client, verb, '', resource, namespace, name, binding, 0, 2_000]
    text += `${[n, at, ...common, previous, hash, 2, ...rest].join('\t')}\n`
    previous = hash
    if (n % AT_ONCE === 0 || n === lines) {
      yield text
      text = ''
    }
  }
}

/** Months that the lines are of, this one among them, and the one before them. */
const MONTHS = 14

/** Puts partitions of a month each in the place of the first one, as a hub has them that ran all the time. */
const MONTHLY = `do $$
declare
  month timestamp := date_trunc('month', now() at time zone 'UTC') - interval '${MONTHS - 1} months';
begin
  drop table audit_first;
  execute format('create table audit_first partition of audit for values from (minvalue) to (%L)', month at time zone 'UTC');
  for n in 1..${MONTHS} loop
    execute format('create table %I partition of audit for values from (%L) to (%L)', to_char(month, '"audit_"YYYY_MM'),
      month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    month := month + interval '1 month';
  end loop;
end $$`

/** Fills an empty log. Its indexes are made once the lines are in. */
export async function fillAudit(postgres: Postgres, lines: number): Promise<void> {
  const began = Date.now() - YEAR_MS
  const indexes = postgres
    .query(
      `select indexname || '=' || replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes
       where tablename = 'audit' and indexname <> 'audit_pkey'`,
    )
    .split('\n')
    .map(line => ({ name: line.slice(0, line.indexOf('=')), define: line.slice(line.indexOf('=') + 1) }))
  postgres.query('truncate audit, audit_heads')
  postgres.query(MONTHLY)
  for (const { name } of indexes) postgres.query(`drop index ${name}`)
  await postgres.copy(`audit (${COLUMNS})`, copyLines(lines, began))
  for (const { define } of indexes) postgres.query(`set maintenance_work_mem = '512MB'; ${define}`)
  postgres.query('vacuum analyze audit')
  // Of a log that grew in a year, nothing is left to be written either.
  postgres.query('checkpoint')
}
