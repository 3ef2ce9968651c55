import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream'
import type { ProxyDeps } from './deps.ts'
import { CUT, CUT_STATUS, type Followed, follow } from './follow.ts'
import { type Admitted, type Asked, admit } from './gate.ts'
import { badRequest } from './refusal.ts'
import { upgradeHead } from './response-headers.ts'
import { clusterOf } from './serve.ts'
import { failureHeaders, statusOfFailure } from './status.ts'

/** What the other end of a refused upgrade has to read the answer, in ms. */
const LINGER_MS = 2_000

function refuse(
  deps: ProxyDeps,
  asked: Asked,
  socket: Duplex,
  error: unknown,
  headers: Readonly<Record<string, string>>,
) {
  const { status, unexpected } = statusOfFailure(error, clusterOf(asked))
  if (unexpected) deps.log.error({ err: error, request: asked.id }, 'An upgrade to a cluster failed.')
  if (!socket.writable) return socket.destroy()
  const body = JSON.stringify(status)
  const all = {
    ...headers,
    ...failureHeaders(status),
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  }
  const lines = Object.entries({ ...all, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status.code} ${status.reason}\r\n${lines.join('')}\r\n${body}`)
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}

/** Both ways until one of them ends. */
const join = (client: Duplex, member: Duplex): Promise<void> =>
  new Promise(resolve => {
    let open = 2
    const over = (error: Error | null | undefined) => {
      open -= 1
      if (error) {
        client.destroy()
        member.destroy()
      }
      if (open === 0) resolve()
    }
    pipeline(client, member, over)
    pipeline(member, client, over)
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
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const ending = new AbortController()
  const onLeft = () => ending.abort(asked.signal.reason)
  asked.signal.addEventListener('abort', onLeft, { once: true })
  const onClose = () => ending.abort(new Error('The client left.'))
  socket.once('close', onClose)
  let admitted: Admitted | undefined
  let followed: Followed | undefined
  const ended = (status: number): number => {
    const cut = followed?.cut === true
    admitted?.trail.ended(cut ? CUT_STATUS : status, cut ? CUT : undefined)
    return cut ? CUT_STATUS : status
  }
  try {
    admitted = await admit(deps, { ...asked, signal: ending.signal })
    const { parsed, outgoing, transport } = admitted
    if (parsed.upgrade === null) throw badRequest('The request asks for no upgrade.')
    followed = follow(deps, admitted, () => {
      ending.abort(new Error(CUT))
      socket.destroy()
    })
    const request = { method: parsed.method, path: outgoing.target, headers: outgoing.headers }
    const { socket: member, headers: agreed } = await transport.upgrade(request, ending.signal)
    ending.signal.addEventListener('abort', () => member.destroy(), { once: true })
    if (ending.signal.aborted) {
      member.destroy()
      return ended(CUT_STATUS)
    }
    socket.write(upgradeHead(agreed, { ...headers, 'moorage-acts-as': admitted.acting.as }))
    if (head.length > 0) member.write(head)
    await join(socket, member)
    return ended(101)
  } catch (error) {
    const { code } = statusOfFailure(error, clusterOf(asked)).status
    refuse(deps, asked, socket, error, headers)
    return ended(code)
  } finally {
    followed?.[Symbol.dispose]()
    admitted?.place[Symbol.dispose]()
    asked.signal.removeEventListener('abort', onLeft)
    socket.off('close', onClose)
  }
}
