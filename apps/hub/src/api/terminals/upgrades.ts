import { MoorageError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { KubeApi, UpgradeAsked } from '../kube.ts'
import { UPGRADE_LINGER_MS } from '../limits.ts'
import { toMoorageError } from '../problem.ts'
import { readRequestLine } from '../request-line.ts'
import { endWithProblem } from '../socket-problem.ts'
import type { KubectlRuns } from './kubectl-runs.ts'
import { openPodTerminal } from './pod-upgrade.ts'
import { openPrompt } from './prompt-upgrade.ts'

/** Where terminals are; cluster and kind. A cluster's id or name needs no escapes. */
const PATH = /^\/api\/v1\/clusters\/([A-Za-z0-9][-A-Za-z0-9.]{0,62})\/terminal\/(pod|kubectl)$/

/** Whether an address is that of a terminal, which an upgrade opens. */
export const isTerminal = (url: string): boolean => PATH.test(url.split('?', 1)[0] ?? '')

/** Opens terminals. Every refusal comes before the upgrade, as a problem document. */
export async function upgradeTerminal(
  deps: ApiDeps,
  ways: { kube: KubeApi; runs: KubectlRuns },
  asked: UpgradeAsked,
  stopping: AbortSignal,
): Promise<void> {
  const { id, request, socket } = asked
  socket.on('error', () => {}) // Its end is seen by whoever holds it.
  try {
    if (stopping.aborted) throw new MoorageError('unavailable', 'The hub is stopping.', { retryAfterS: 0 })
    if (request.headers.host === undefined) throw new MoorageError('bad_request', 'The request has no Host header.')
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      throw new MoorageError('bad_request', 'A terminal is opened by a GET that asks for a WebSocket.')
    }
    const { path, query } = readRequestLine(request.url ?? '')
    const [, ref = '', which] = PATH.exec(path) ?? []
    const opened = { ...asked, ref, query }
    if (which === 'pod') await openPodTerminal(deps, ways.kube, opened, stopping)
    else await openPrompt(deps, ways, opened, stopping)
  } catch (error) {
    if (socket.destroyed || !socket.writable) return
    const told = toMoorageError(error)
    if (told !== error) deps.log.error({ err: told.cause, request: id }, 'A terminal could not be opened.')
    endWithProblem(socket, told, id, { 'x-request-id': id })
    setTimeout(() => socket.destroy(), UPGRADE_LINGER_MS).unref()
  }
}
