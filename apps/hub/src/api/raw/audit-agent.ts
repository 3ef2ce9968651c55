import { errorTable } from '@moorage/contract/errors.ts'
import { hashJoinToken } from '../../agents/join-token.ts'
import type { RemovedAgent } from '../../agents/verify.ts'
import { MoorageError } from '../../errors.ts'
import { findJoinToken } from '../../store/join-tokens.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { toMoorageError } from '../problem.ts'

/**
 * Runs a registration and writes down how it ended: it decides who may speak
 * for a cluster. Tries with a token that nobody ever made are only counted.
 */
export async function auditRegistration<T>(
  deps: ApiDeps,
  exchange: Exchange,
  token: string,
  register: () => Promise<T>,
): Promise<T> {
  const row = await findJoinToken(deps.store.db, hashJoinToken(token))
  if (row === undefined) return register()
  const { registrations } = deps.agentCalls
  const wait = registrations.waitSeconds(row.id, deps.now())
  if (wait > 0) {
    throw new MoorageError('too_many_requests', 'This join token is used too often.', {
      fix: `Try again in ${wait} s.`,
      retryAfterS: wait,
    })
  }
  registrations.failed(row.id, deps.now())
  const write = (status: number | null, because: string) =>
    deps.audit.record({
      who: { kind: 'system', id: `agent/${row.cluster_id}`, name: `agent of ${row.cluster_id}`, groups: [] },
      source: exchange.address,
      action: 'agents.register',
      clusterId: row.cluster_id,
      target: `clusters/${row.cluster_id}/agent`,
      allowed: status === null || status < 400,
      because,
      status,
      requestId: exchange.id,
      durationMs: status === null ? null : Math.round(performance.now() - exchange.startedAt),
    })
  const close = (status: number, because: string) =>
    write(status, because).catch(error => {
      deps.metrics.auditFailed()
      deps.log.error({ err: error, request: exchange.id }, 'The end of a registration could not be audited.')
    })
  await write(null, 'The agent has a join token of this cluster.')
  try {
    const done = await register()
    await close(200, 'The agent proved its key, with a join token that nobody had used.')
    return done
  } catch (error) {
    const told = toMoorageError(error)
    await close(errorTable[told.code].status, told.message)
    throw error
  }
}

/** Writes down that an agent, which was told to go, says what it has removed: a receipt changes by it. */
export const auditLateRemoval = (deps: ApiDeps, exchange: Exchange, { clusterId, name, pod }: RemovedAgent) =>
  deps.audit.record({
    who: { kind: 'system', id: `agent/${clusterId}`, name: `agent of ${name}`, groups: [] },
    source: exchange.address,
    action: 'agents.removed',
    clusterId,
    target: `clusters/${clusterId}/agent`,
    allowed: true,
    because: `The agent in the pod ${pod} proved its key, and was told to remove itself.`,
    status: 200,
    requestId: exchange.id,
    durationMs: Math.round(performance.now() - exchange.startedAt),
  })
