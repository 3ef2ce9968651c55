import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { PROMPT_PROTOCOL } from '@moorage/contract/terminal.ts'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Authenticated, authenticate } from '../../access/identity.ts'
import { operationRules } from '../../access/rules.ts'
import type { AuditDetail } from '../../audit/audit.ts'
import { MoorageError } from '../../errors.ts'
import type { Recording } from '../../recordings/recorder.ts'
import { findClusterTarget } from '../../store/cluster-target.ts'
import { cut, stopping as goingAway } from '../../terminals/closing.ts'
import { requireKubectl } from '../../terminals/no-kubectl.ts'
import { answerPrompt } from '../../terminals/prompt.ts'
import { promptRecording } from '../../terminals/prompt-recording.ts'
import { requireTerminal } from '../../terminals/settings.ts'
import { admit } from '../admit.ts'
import { audited } from '../audited.ts'
import type { ApiDeps } from '../deps.ts'
import type { Asking } from '../exchange.ts'
import type { KubeApi, UpgradeAsked } from '../kube.ts'
import { MAX_STREAMS } from '../limits.ts'
import { judge } from '../rights.ts'
import { beginPromptRecording } from './begin-prompt-recording.ts'
import type { KubectlRuns } from './kubectl-runs.ts'
import { IDLE_MS, offered } from './web-socket.ts'

const ACTION = 'raw.prompt'
/** Bytes of a message: the longest line, escaped. */
const MAX_MESSAGE_BYTES = 32_768

/** Refuses what could not become a WebSocket of this protocol. */
function requireHandshake({ headers }: IncomingMessage): void {
  const key = headers['sec-websocket-key'] ?? ''
  if (headers['sec-websocket-version'] !== '13' || !/^[+/0-9A-Za-z]{22}==$/.test(key)) {
    throw new MoorageError('bad_request', 'The headers of the upgrade are not those of a WebSocket of version 13.')
  }
  if (offered({ headers }).includes(PROMPT_PROTOCOL)) return
  throw new MoorageError('bad_request', 'The WebSocket does not offer the sub-protocol of the prompt.', {
    choices: [PROMPT_PROTOCOL],
  })
}

const toWebSocket = (request: IncomingMessage, socket: Duplex, head: Buffer, id: string): Promise<WebSocket> =>
  new Promise(resolve => {
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: () => PROMPT_PROTOCOL,
    })
    server.on('headers', headers => void headers.push(`x-request-id: ${id}`))
    server.handleUpgrade(request, socket, head, resolve)
  })

/** Opens a prompt for kubectl. It lasts as long as its connection, the credential, and the right to see the cluster. */
export async function openPrompt(
  deps: ApiDeps,
  { kube, runs }: { kube: KubeApi; runs: KubectlRuns },
  { id, request, socket, head, ref, query }: UpgradeAsked & { ref: string; query: URLSearchParams },
  stopping: AbortSignal,
): Promise<void> {
  const address = request.socket.remoteAddress ?? ''
  const asking: Asking = { id, request, address, startedAt: performance.now(), signal: stopping, who: null }
  const rule = operationRules[ACTION]
  if (rule === undefined) throw new Error(`There is no rule for ${ACTION}.`)
  const target = `clusters/${ref}`
  const { authenticated, cluster, decision, detail } = await admit(deps, asking, {
    rule,
    action: ACTION,
    target,
    cluster: () => findClusterTarget(deps.store.db, ref),
    ref,
  })
  if (authenticated === null || cluster === undefined) throw new Error('A prompt was let in for nobody or nowhere.')
  requireTerminal('kubectl', deps.info.terminals)
  const kubectl = requireKubectl(deps.terminalRunner)
  if (query.size > 0) throw new MoorageError('bad_request', 'This address takes no query parameters.')
  requireHandshake(request)
  if (deps.live.size >= MAX_STREAMS) {
    throw new MoorageError('unavailable', `The hub has ${MAX_STREAMS} open streams, which is all that it takes.`)
  }
  const isAllowed = async ({ identity }: Authenticated): Promise<boolean> => {
    try {
      const { facts } = await deps.ways.find(cluster.id)
      return judge(deps, identity, { verb: 'get', resource: 'clusters', cluster: facts }).allowed
    } catch (error) {
      if (error instanceof MoorageError && error.code === 'cluster_not_found') return false
      throw error
    }
  }
  const closing = new AbortController()
  const lost = () => closing.abort(cut())
  const onStop = () => closing.abort(goingAway())
  const noted: AuditDetail = { ...detail }
  const begin = async (): Promise<Recording | null> => {
    const recording = await beginPromptRecording(deps, { id, who: authenticated.identity, address, cluster }, why =>
      closing.abort(cut(why)),
    )
    if (recording !== null) noted.recording = recording.id
    return recording
  }
  const note = { clusterId: cluster.id, target, who: authenticated.identity }
  const action = { action: ACTION, because: decision.because, note, successStatus: 101, detail: noted }
  await audited(deps, asking, action, async () => {
    const webSocket = await toWebSocket(request, socket, head, id)
    const credential = deps.live.follow(authenticated)
    if (credential.signal.aborted) lost()
    else credential.signal.addEventListener('abort', lost, { once: true })
    const held = kube.hold(() => isAllowed(authenticated), lost)
    stopping.addEventListener('abort', onStop, { once: true })
    const recording = promptRecording(cluster.name, begin)
    try {
      const because = await answerPrompt(
        webSocket,
        {
          cluster: cluster.name,
          recording,
          idleMs: IDLE_MS,
          failed: err => deps.log.warn({ err, request: id }, 'A line of a prompt was not run.'),
          run: async (args, print) => {
            // Asked anew: a prompt in use keeps its session from lying idle, and groups are those of now.
            const who = await authenticate(deps, request.headers, address)
            return runs.begin(kubectl, { who, address, cluster }, args, print)
          },
        },
        closing.signal,
      )
      if (because !== undefined) action.because = because
    } finally {
      credential.signal.removeEventListener('abort', lost)
      credential.done()
      held[Symbol.dispose]()
      stopping.removeEventListener('abort', onStop)
    }
  })
  const ms = Math.round(performance.now() - asking.startedAt)
  deps.log.info(
    { request: id, route: ACTION, method: request.method, status: 101, ms, who: asking.who, address },
    'request',
  )
}
