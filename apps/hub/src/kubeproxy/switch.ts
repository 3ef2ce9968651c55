import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { KubeStatusError, type WholeAnswer } from '@moorage/kube/errors.ts'
import type { UpgradedStream } from '@moorage/kube/transport.ts'
import type { Recording } from '../recordings/recorder.ts'
import { taps } from '../recordings/tap.ts'
import type { ProxyDeps } from './deps.ts'
import { endIdle } from './end-idle.ts'
import { CUT_STATUS, type Followed, follow } from './follow.ts'
import { type Admitted, type Asked, admit } from './gate.ts'
import { join } from './join.ts'
import { isKeepAlive } from './keep-alive.ts'
import { readMount } from './mount.ts'
import type { Trail } from './record.ts'
import { beginRecording, cancelRecording, planRecording, recordAs } from './recorded.ts'
import { badRequest, credentialRefused } from './refusal.ts'
import { refusalHeaders, upgradeHead } from './response-headers.ts'
import { clusterOf } from './serve.ts'
import { type FailureStatus, failureHeaders, statusOfFailure } from './status.ts'

/** What the other end of a refused upgrade has to read the answer, in ms. */
const LINGER_MS = 2_000

/** How an upgrade is answered, and how long it may lie idle. */
export interface Switching {
  /** Headers of every answer. */
  headers: Readonly<Record<string, string>>
  /** Writes the answer of one that is refused and ends the connection; left out: a Status, as Kubernetes itself. */
  refuse?: (status: FailureStatus) => void
  /** ms in which nothing may pass before it is ended; left out: any time. */
  idleMs?: number
}

/** Writes an answer in place of an upgrade, and ends the connection. */
function answerInstead(
  socket: Duplex,
  {
    status,
    headers,
    body,
  }: Pick<WholeAnswer, 'status' | 'body'> & {
    headers: Readonly<Record<string, string | string[]>>
  },
): void {
  const all = { ...headers, 'content-length': String(body.byteLength), connection: 'close' }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    [value].flat().map(each => `${name}: ${each.replace(/[\r\n]/g, ' ')}\r\n`),
  )
  socket.write(Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, 'latin1'))
  socket.end(body)
}

function refuse(
  deps: ProxyDeps,
  asked: Asked,
  socket: Duplex,
  error: unknown,
  { headers, refuse: told }: Switching,
): void {
  const { status, unexpected } = statusOfFailure(error, clusterOf(asked))
  if (unexpected) deps.log.error({ err: error, request: asked.id }, 'An upgrade to a cluster failed.')
  if (!socket.writable) {
    socket.destroy()
    return
  }
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
  if (told !== undefined) {
    told(status)
    return
  }
  // What the member says itself is told as it was said.
  const own = error instanceof KubeStatusError ? error.answer : undefined
  if (own !== undefined) {
    const { prefix } = readMount(asked.request.url ?? '')
    answerInstead(socket, { ...own, headers: { ...headers, ...refusalHeaders(own.headers, prefix) } })
    return
  }
  answerInstead(socket, {
    status: status.code,
    headers: { ...headers, ...failureHeaders(status), 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(status)),
  })
}

/** Counts what passes, without having a hand in it. `used` is told when a person sends something. */
function count(client: Duplex, member: Duplex, trail: Trail, used: () => void): () => void {
  let [bytesIn, bytesOut] = [0, 0]
  client.on('data', (chunk: Buffer) => {
    bytesIn += chunk.length
    if (!isKeepAlive(chunk)) used()
  })
  member.on('data', (chunk: Buffer) => {
    bytesOut += chunk.length
  })
  return () => trail.more({ bytesIn, bytesOut })
}

/** What both ends agreed on. */
const agreedOn = (
  upgrade: 'websocket' | 'SPDY/3.1',
  { 'sec-websocket-protocol': protocol }: UpgradedStream['headers'],
) => ({
  upgrade,
  protocol: Array.isArray(protocol) ? protocol.join() : (protocol ?? ''),
})

/**
 * Changes the protocol of a client's connection to what a member agreed to, and
 * passes bytes both ways from there on. Resolves with its status when it is over.
 */
export async function switchProtocol(
  deps: ProxyDeps,
  asked: Asked,
  socket: Duplex,
  head: Buffer,
  how: Switching,
): Promise<number> {
  const ending = new AbortController()
  const onLeft = () => ending.abort(asked.signal.reason)
  asked.signal.addEventListener('abort', onLeft, { once: true })
  const onClose = () => ending.abort(new Error('The client left.'))
  socket.once('close', onClose)
  let admitted: Admitted | undefined
  let followed: Followed | undefined
  let recording: Recording | null = null
  /** Why the hub ended it though the right to it is still there. */
  let because: string | undefined
  const ended = (status: number): number => {
    const why = followed?.cut === true ? followed.because : because
    admitted?.trail.ended(why === undefined ? status : CUT_STATUS, why)
    return why === undefined ? status : CUT_STATUS
  }
  try {
    admitted = await admit(deps, { ...asked, signal: ending.signal })
    const { parsed, outgoing, transport } = admitted
    if (parsed.upgrade === null) throw badRequest('The request asks for no upgrade.')
    followed = follow(deps, admitted, () => {
      ending.abort(new Error('It may not go on.'))
      socket.destroy()
    })
    const plan = await planRecording(deps, admitted)
    // What an extension makes of the frames could not be read.
    if (plan.records) delete outgoing.headers['sec-websocket-extensions']
    const stop = (why: string) => {
      because = why
      socket.destroy()
      ending.abort(new Error(why))
    }
    recording = await beginRecording(deps, asked, admitted, plan, stop)
    const request = { method: parsed.method, path: outgoing.target, headers: outgoing.headers }
    const { socket: member, headers: agreed } = await transport.upgrade(request, ending.signal)
    ending.signal.addEventListener('abort', () => member.destroy(), { once: true })
    if (ending.signal.aborted) {
      member.destroy()
      return ended(CUT_STATUS)
    }
    const way = agreedOn(parsed.upgrade, agreed)
    recording = await recordAs(deps, admitted, plan, recording, way).catch(error => {
      member.destroy()
      throw error
    })
    socket.write(upgradeHead(agreed, { ...how.headers, 'moorage-acts-as': admitted.acting.as }))
    if (head.length > 0) socket.unshift(head)
    using _idle = endIdle(how.idleMs, [socket, member], stop)
    const counted = count(socket, member, admitted.trail, followed.used)
    await join(socket, member, recording === null ? null : taps(way, recording))
    counted()
    await recording?.end(followed.cut ? followed.because : because)
    recording = null
    return ended(101)
  } catch (error) {
    // Its own refusal: nothing was done there.
    if (error instanceof KubeStatusError && admitted !== undefined) {
      recording = await cancelRecording(recording, admitted)
    }
    const own = error instanceof KubeStatusError && error.status === 401 ? admitted : undefined
    const told = own === undefined ? error : credentialRefused(own.member.facts.name)
    const { code } = statusOfFailure(told, clusterOf(asked)).status
    refuse(deps, asked, socket, told, how)
    return ended(code)
  } finally {
    await recording?.end('The session broke off.')
    followed?.[Symbol.dispose]()
    admitted?.place[Symbol.dispose]()
    asked.signal.removeEventListener('abort', onLeft)
    socket.off('close', onClose)
  }
}
