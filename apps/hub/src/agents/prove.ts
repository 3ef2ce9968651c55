import type { Proof, ProofReport } from '@moorage/contract/agent.ts'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import type { ProveResult } from '../clusters/deps.ts'
import { findClusterRow } from '../clusters/find.ts'
import { requireCapability } from '../clusters/require-capability.ts'
import { refusedOnReadOnly } from '../connections/read-only.ts'
import { MoorageError } from '../errors.ts'
import type { AgentDeps } from './deps.ts'
import { type Forbidden, forbiddenIn } from './forbidden.ts'
import { signReport } from './signing-key.ts'

type Wall = Proof['walls'][number]

/** All of the list over one tunnel, in ms. */
const PROVE_MS = 30_000

const requestOf = ({ method, path, headers, body }: Forbidden): KubeRequest => ({
  method,
  path,
  ...(headers === undefined ? {} : { headers }),
  ...(body === undefined ? {} : { body }),
})

/** The hub's wall: on a read-only cluster pure, else the transport itself, with what is harmless where it passes. */
async function atHub(one: Forbidden, mode: string, transport: KubeTransport, signal: AbortSignal): Promise<Wall> {
  const wall = 'hub' as const
  if (mode === 'read-only') {
    const because = refusedOnReadOnly(requestOf(one))
    return because === null
      ? { wall, outcome: 'passed', answer: 'The hub would send it.' }
      : { wall, outcome: 'refused', answer: `Not sent: ${because}.` }
  }
  try {
    const { status, body } = await transport.request(requestOf(one), signal)
    body.on('error', () => {})
    body.destroy()
    return { wall, outcome: 'passed', answer: `It was sent and answered with ${status}.` }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return error instanceof MoorageError && error.code === 'agent_disconnected'
      ? { wall, outcome: 'not-tried', answer: said }
      : { wall, outcome: 'refused', answer: said }
  }
}

const told = (wall: 'agent' | 'api-server', result: ProveResult | undefined): Wall =>
  result === undefined
    ? { wall, outcome: 'not-tried', answer: 'The agent did not say.' }
    : { wall, outcome: result.refused ? 'refused' : 'passed', answer: result.answer.slice(0, 500) }

const shown = ({ method, path, dryRun, headers }: Forbidden) => {
  const as = headers?.['impersonate-group'] ? ` as a member of ${headers['impersonate-group']}` : ''
  return `${method} ${path}${as}${dryRun ? ' (a dry run)' : ''}`
}

/** Whether every wall that has to refuse a thing did. */
export const holds = (list: readonly Forbidden[], proofs: readonly Proof[]): boolean =>
  list.every((one, index) =>
    one.walls.every(wall => proofs[index]?.walls.some(found => found.wall === wall && found.outcome === 'refused')),
  )

/**
 * Tries for real what a cluster's mode forbids, at each wall with the others
 * taken away: the hub's, the agent's, and the rights of the agent's account.
 */
export async function proveCluster(deps: AgentDeps, ref: string, signal?: AbortSignal): Promise<ProofReport> {
  const row = await findClusterRow(deps, ref)
  const { uid, mode } = row
  if (row.connection !== 'agent' || uid === null) {
    throw new MoorageError('not_this_connection', `${row.name} has no agent that could prove its walls.`, {
      fix: 'Only clusters whose agent has joined have three walls to be tried.',
      cluster: row.name,
    })
  }
  requireCapability(row, 'prove')
  const within = AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(PROVE_MS)])
  const list = forbiddenIn(mode)
  const control = deps.members.control(row.id)
  const transport = await deps.connections.transport(row.id)
  const ask = async (wall: 'agent' | 'api-server') => {
    const requests = list
      .filter(one => one.walls.includes(wall))
      .map(({ name, method, path, headers, body }) => ({
        name,
        method,
        path,
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
      }))
    if (requests.length === 0) return new Map<string, ProveResult>()
    const { results } = await control.prove({ requests, wall }, within)
    return new Map(results.map(result => [result.name, result]))
  }
  const agent = await ask('agent')
  const server = await ask('api-server')
  const proofs: Proof[] = []
  for (const one of list) {
    const walls: Wall[] = []
    if (one.walls.includes('hub')) walls.push(await atHub(one, mode, transport, within))
    if (one.walls.includes('agent')) walls.push(told('agent', agent.get(one.name)))
    if (one.walls.includes('api-server')) walls.push(told('api-server', server.get(one.name)))
    proofs.push({ name: one.name, request: shown(one), walls })
  }
  const report = { cluster: row.name, uid, mode, at: deps.now().toISOString(), proofs, holds: holds(list, proofs) }
  return { ...report, ...(await signReport(deps, report)) }
}
