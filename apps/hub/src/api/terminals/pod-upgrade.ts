import { type ErrorCode, errorTable } from '@moorage/contract/errors.ts'
import { OpenPodTerminal, POD_TERMINAL_PROTOCOLS } from '@moorage/contract/terminal.ts'
import { MoorageError } from '../../errors.ts'
import { MOUNT } from '../../kubeproxy/mount.ts'
import { execTarget } from '../../terminals/pod-exec.ts'
import { requireTerminal } from '../../terminals/settings.ts'
import type { ApiDeps } from '../deps.ts'
import { invalidInput } from '../field-messages.ts'
import type { KubeApi, UpgradeAsked } from '../kube.ts'
import { readQuery } from '../read-json.ts'
import { endWithProblem } from '../socket-problem.ts'
import { IDLE_MS, offered } from './web-socket.ts'

/** What a refusal of the proxy is in the API's own words, by its status. */
const CODES: readonly ErrorCode[] = [
  ...(['bad_request', 'unauthenticated', 'forbidden', 'cluster_not_found', 'method_not_allowed'] as const),
  ...(['too_many_requests', 'internal', 'cluster_unreachable'] as const),
]
const codeOf = (status: number): ErrorCode =>
  CODES.find(code => errorTable[code].status === status) ?? (status < 500 ? 'bad_request' : 'cluster_unreachable')

/**
 * Opens a terminal in a pod. What is asked becomes the request to the cluster
 * that it comes to, and goes the way of all of them.
 */
export async function openPodTerminal(
  deps: Pick<ApiDeps, 'info'>,
  kube: KubeApi,
  asked: UpgradeAsked & { ref: string; query: URLSearchParams },
  stopping: AbortSignal,
): Promise<void> {
  const { id, request, socket, ref } = asked
  requireTerminal('pod', deps.info.terminals)
  const given = readQuery(asked.query)
  const read = OpenPodTerminal.strict().safeParse(given)
  if (!read.success) {
    throw invalidInput(read.error.issues, given, { whole: 'query', known: Object.keys(OpenPodTerminal.shape) })
  }
  if (!offered(request).some(protocol => POD_TERMINAL_PROTOCOLS.some(known => known === protocol))) {
    throw new MoorageError('bad_request', 'The WebSocket offers none of the sub-protocols of a pod’s terminal.', {
      choices: [...POD_TERMINAL_PROTOCOLS],
    })
  }
  // Everything that decides, records and cuts looks at this, and at nothing else.
  request.url = `${MOUNT}${ref}${execTarget(read.data)}`
  await kube.upgrade(asked, stopping, {
    way: 'web-terminal',
    idleMs: IDLE_MS,
    refuse: ({ code, message }) =>
      endWithProblem(socket, new MoorageError(codeOf(code), message), id, { 'x-request-id': id }),
  })
}
