import { readBounded } from '@moorage/kube/read-body.ts'
import type { KubeRequest } from '@moorage/kube/transport.ts'
import { withinTime } from '@moorage/kube/within.ts'
import { isAboutTheHop } from '@moorage/tunnel/fields.ts'
import { parseRequestHead } from '@moorage/tunnel/head.ts'
import type { Mode } from '../config/config.ts'
import { refusedByGuard } from '../guard/guard.ts'
import { ANSWER_BYTES, PROOF_CHARS, PROOF_MS, PROOFS } from '../limits.ts'
import { wordsOf } from '../log.ts'
import type { ApiServer } from '../member/api-server.ts'
import { headersOfAny } from '../serve/headers.ts'

/** One thing that is to be tried against one wall. */
interface Trial {
  name: string
  method: string
  path: string
  body?: string
  headers: Record<string, string>
}

interface Result {
  name: string
  refused: boolean
  answer: string
}

const isWord = (value: unknown): value is string => typeof value === 'string'

function readTrials(value: unknown): Trial[] {
  if (!Array.isArray(value) || value.length > PROOFS) throw new TypeError(`A proof has up to ${PROOFS} requests.`)
  return value.map(each => {
    const { name, method, path, body, headers = {} } = (each ?? {}) as Record<string, unknown>
    const fields = typeof headers === 'object' && headers !== null ? Object.entries(headers) : []
    if (!isWord(name) || !isWord(method) || !isWord(path) || !fields.every(([, text]) => isWord(text))) {
      throw new TypeError('A request of the proof lacks name, method or path.')
    }
    return { name, method, path, headers: Object.fromEntries(fields), ...(isWord(body) ? { body } : {}) }
  })
}

/** The request as it would come over the tunnel. */
function headOf({ method, path, headers, body }: Trial): Buffer {
  const fields = Object.entries({
    host: 'kubernetes',
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  })
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  )
}

/** Against the guard alone: what passes is not sent on. */
function tryGuard(mode: Mode, trial: Trial): Result {
  const { name } = trial
  let because: string | null
  try {
    const request = parseRequestHead(headOf(trial))
    because = mode === 'read-only' ? refusedByGuard(request) : null
  } catch (error) {
    because = wordsOf(error)
  }
  return { name, refused: because !== null, answer: because ?? 'The agent would send it on.' }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** What is named in a path, where the path is one that reaches into a pod, a service or a node. */
const CONNECT = /\/(?<name>[^/]+)\/(?:exec|attach|portforward|proxy)(?:\/|$)/

/** Only what is not there is connected to: rights are looked at before whether it is. */
const NOBODY = 'moorage-proof'

/** A write only tries. The parameter is set here, whatever was asked for. */
function harmless({ method, path, headers, body }: Trial): KubeRequest {
  if (!READS.has(method) && !WRITES.has(method)) throw new Error(`Not tried: ${method} is no method of Kubernetes.`)
  const url = new URL(path, 'http://kubernetes')
  const connected = CONNECT.exec(decodeURIComponent(url.pathname))?.groups?.name
  if (connected !== undefined && !connected.startsWith(NOBODY)) {
    throw new Error(`Not tried: it would reach into ${connected}; a proof uses names that begin with ${NOBODY}.`)
  }
  if (WRITES.has(method)) url.searchParams.set('dryRun', 'All')
  const sent = {
    method: method as KubeRequest['method'],
    path: `${url.pathname}${url.search}`,
    headers: Object.fromEntries(
      headersOfAny(Object.entries(headers))
        .map(([name, text]) => [name.toLowerCase(), text] as const)
        // How long a request is says the agent: the next one on the connection must not be taken for a part of this.
        .filter(([name]) => !isAboutTheHop(name)),
    ),
  }
  // Next to a body, a DELETE's parameters are not looked at.
  return body === undefined || method === 'DELETE' ? sent : { ...sent, body }
}

/** Past the guard, with the agent's own rights: what they are is what is tried. Answers are never passed on, refusals are. */
async function tryApiServer(api: ApiServer, trial: Trial, signal: AbortSignal): Promise<Result> {
  const { name } = trial
  try {
    return await withinTime(PROOF_MS, 'The API server did not answer in time.', signal, async either => {
      const answer = await api.transport.request(harmless(trial), either)
      if (answer.status !== 401 && answer.status !== 403) {
        answer.body.on('error', () => {})
        answer.body.destroy()
        return { name, refused: false, answer: `The API server answered ${answer.status}.` }
      }
      const bytes = await readBounded(answer.body, ANSWER_BYTES).catch(() => Buffer.alloc(0))
      return { name, refused: true, answer: messageOf(bytes) || `The API server answered ${answer.status}.` }
    })
  } catch (error) {
    return { name, refused: false, answer: wordsOf(error) }
  }
}

function messageOf(bytes: Buffer): string {
  try {
    const { message } = JSON.parse(bytes.toString('utf8')) as { message?: unknown }
    return typeof message === 'string' ? message.slice(0, PROOF_CHARS) : ''
  } catch {
    return ''
  }
}

/** Tries requests against one wall, with the others taken away. */
export async function prove(
  { mode, api }: { mode: Mode; api: ApiServer },
  asked: Record<string, unknown>,
  signal: AbortSignal,
): Promise<{ results: Result[] }> {
  const trials = readTrials(asked.requests)
  if (asked.wall !== 'agent' && asked.wall !== 'api-server') throw new TypeError('A wall is agent or api-server.')
  const results: Result[] = []
  for (const trial of trials) {
    results.push(asked.wall === 'agent' ? tryGuard(mode, trial) : await tryApiServer(api, trial, signal))
  }
  return { results }
}
