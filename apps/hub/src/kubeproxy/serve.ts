import type { ServerResponse } from 'node:http'
import { TransportError } from '@moorage/kube/errors.ts'
import type { KubeResponse } from '@moorage/kube/transport.ts'
import type { PassingBody } from '../bodies/bodies.ts'
import { createsUnnamed, nameOfCreated } from './created-name.ts'
import type { ProxyDeps } from './deps.ts'
import { CUT_STATUS, type Followed, follow } from './follow.ts'
import { type Admitted, type Asked, admit } from './gate.ts'
import { isMounted, readMount } from './mount.ts'
import { planRecording } from './recorded.ts'
import { credentialRefused } from './refusal.ts'
import { relay } from './relay.ts'
import { responseHeaders } from './response-headers.ts'
import { isLong, isRead } from './rights.ts'
import { failureHeaders, statusOfFailure } from './status.ts'

/** Time for a member to begin its answer, in ms: its API server gives up after 60 s itself. */
const ANSWER_WITHIN_MS = 70_000

/** Sends on and waits for the head of the answer. */
async function ask(
  asked: Asked,
  admitted: Admitted,
  body: PassingBody | null,
  signal: AbortController,
): Promise<KubeResponse> {
  const { parsed, outgoing, transport } = admitted
  const timer = isLong(parsed)
    ? undefined
    : setTimeout(() => {
        const message = `It did not answer within ${ANSWER_WITHIN_MS / 1000} s.`
        signal.abort(new TransportError('timeout', message))
      }, ANSWER_WITHIN_MS)
  try {
    const answer = await transport.request(
      {
        method: parsed.method,
        path: outgoing.target,
        headers: outgoing.headers,
        apart: true,
        ...(parsed.body.kind === 'none' ? {} : { body: body?.stream ?? asked.request, spendBody: true }),
      },
      signal.signal,
    )
    // Given up before anybody reads it, it fails, and a failure that nobody hears would end the hub.
    answer.body.on('error', () => {})
    return answer
  } finally {
    clearTimeout(timer)
  }
}

/** The body of a change, where the cluster's policy is to keep it. */
async function passingBody(
  { bodies }: Pick<ProxyDeps, 'bodies'>,
  { request }: Asked,
  { parsed, member }: Admitted,
): Promise<PassingBody | null> {
  const { info, connects, body } = parsed
  if (body.kind === 'none' || connects || info.kind !== 'resource' || isRead(parsed)) return null
  return bodies.passing(member.facts.id, request)
}

async function keepBody(body: PassingBody, { id, request }: Asked, { parsed, member }: Admitted): Promise<void> {
  if (parsed.info.kind !== 'resource') return
  const { resource, subresource, namespace } = parsed.info
  const { 'content-type': type = 'application/json', 'content-encoding': encoding } = request.headers
  await body.keep({ requestId: id, clusterId: member.facts.id, namespace, resource, subresource, type, encoding })
}

async function send(
  answer: KubeResponse,
  response: ServerResponse,
  { prefix, acting, parsed, trail }: Admitted,
): Promise<void> {
  for (const [name, value] of Object.entries(responseHeaders(answer.headers, prefix))) response.setHeader(name, value)
  response.setHeader('moorage-acts-as', acting.as)
  response.writeHead(answer.status)
  // A watch may have nothing to say for a while; its client waits for the head.
  if (isLong(parsed)) response.flushHeaders()
  if (answer.status === 201 && createsUnnamed(parsed)) {
    answer.body.once('data', (begin: Buffer) => {
      const name = nameOfCreated(begin)
      if (name !== null) trail.more({ name })
    })
  }
  let bytesOut = 0
  try {
    await relay(answer.body, response, bytes => {
      bytesOut += bytes
    })
  } finally {
    trail.more({ bytesOut })
  }
  const trailers = answer.trailers()
  if (Object.keys(trailers).length > 0) response.addTrailers(trailers)
  response.end()
}

/** Answers a failure with a Status. Once the answer has begun, all that is left is to cut it. */
function sendFailure(deps: ProxyDeps, asked: Asked, response: ServerResponse, error: unknown): number {
  const { status, unexpected } = statusOfFailure(error, clusterOf(asked))
  if (unexpected) deps.log.error({ err: error, request: asked.id }, 'A request to a cluster failed.')
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return status.code
  }
  const body = JSON.stringify(status)
  // What is left of a body that nobody reads would be taken for the next request.
  const close = asked.request.complete ? {} : { connection: 'close' }
  response.writeHead(status.code, {
    ...failureHeaders(status),
    ...close,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
  return status.code
}

export function clusterOf({ request }: Pick<Asked, 'request'>): string {
  const url = request.url ?? ''
  try {
    return isMounted(url) ? readMount(url).ref : ''
  } catch {
    return ''
  }
}

/** Answers one request to a cluster, whatever happens: every failure becomes a Kubernetes Status. */
export async function serve(deps: ProxyDeps, asked: Asked, response: ServerResponse): Promise<void> {
  let admitted: Admitted | undefined
  const ending = new AbortController()
  const onLeft = () => ending.abort(asked.signal.reason)
  if (asked.signal.aborted) onLeft()
  else asked.signal.addEventListener('abort', onLeft, { once: true })
  let followed: Followed | undefined
  try {
    admitted = await admit(deps, { ...asked, signal: ending.signal })
    const { trail, member } = admitted
    // A chunked body is not counted: whoever looks at it as well would take it from the member.
    if (admitted.parsed.body.kind === 'length') trail.more({ bytesIn: admitted.parsed.body.bytes })
    followed = follow(deps, admitted, () => {
      ending.abort(new Error('It may not go on.'))
      response.destroy()
    })
    const ended = (status: number) => (followed?.cut ? trail.ended(CUT_STATUS, followed.because) : trail.ended(status))
    let body: PassingBody | null = null
    try {
      await planRecording(deps, admitted)
      body = await passingBody(deps, asked, admitted)
      const answer = await ask(asked, admitted, body, ending)
      if (answer.status === 401) {
        answer.body.destroy()
        throw credentialRefused(member.facts.name)
      }
      if (answer.status === 403 && admitted.acting.as === 'person') deps.grants.doubt(member.facts, admitted.transport)
      await send(answer, response, admitted)
      ended(response.statusCode)
    } catch (error) {
      if (error instanceof TransportError) deps.members.forget(member.facts.id)
      ended(statusOfFailure(error, member.facts.name).status.code)
      throw error
    } finally {
      if (body !== null) await keepBody(body, asked, admitted)
    }
  } catch (error) {
    sendFailure(deps, asked, response, error)
  } finally {
    followed?.[Symbol.dispose]()
    admitted?.place[Symbol.dispose]()
    asked.signal.removeEventListener('abort', onLeft)
    // What is left open of the way to the member ends with this.
    if (!response.writableEnded) ending.abort(new Error('The request is over.'))
  }
}
