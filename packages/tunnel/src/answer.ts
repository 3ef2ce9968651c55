import { STATUS_CODES } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { fieldLine, isAboutTheHop } from './fields.ts'

/** The field of an answer that this end of the tunnel gave by itself because something failed. */
const FAILURE_FIELD = 'moorage-tunnel-failure'

/** An answer's head, without the field that says how its body ends. */
const headOf = (status: number, headers: Record<string, string>, framing: string): string => {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (const [name, value] of Object.entries(headers)) {
    if (!isAboutTheHop(name.toLowerCase())) text += fieldLine(name, value)
  }
  return `${text}${framing}\r\n`
}

/** A whole answer in one piece; `last` says that the connection ends with it. */
export const wholeAnswer = (
  method: string,
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array,
  last: boolean,
): Buffer => {
  const bytes = Buffer.from(body)
  const framing =
    (status === 204 || status === 304 ? '' : `content-length: ${bytes.length}\r\n`) +
    (last ? 'connection: close\r\n' : '')
  const head = Buffer.from(headOf(status, headers, framing), 'latin1')
  return method === 'HEAD' || status === 204 || status === 304 ? head : Buffer.concat([head, bytes])
}

/** An answer about this end's own failure. */
export const failureAnswer = (
  method: string,
  status: number,
  failure: string,
  message: string,
  last: boolean,
): Buffer =>
  wholeAnswer(method, status, { 'content-type': 'text/plain; charset=utf-8', [FAILURE_FIELD]: failure }, message, last)

/** Sends a stream chunked, as fast as the other side takes it. Rejects when either ends early; the stream is destroyed then. */
export const streamAnswer = (
  socket: Duplex,
  status: number,
  headers: Record<string, string>,
  body: Readable,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const finish = (error?: Error) => {
      socket.removeListener('drain', onDrain)
      socket.removeListener('close', onClose)
      if (!error) return resolve()
      body.destroy()
      reject(error)
    }
    const onDrain = () => body.resume()
    const onClose = () => finish(new Error('The connection ended before the answer did.'))
    socket.on('drain', onDrain)
    socket.once('close', onClose)
    body.once('error', finish)
    body.once('close', () => {
      if (!body.readableEnded) finish(new Error('The answer was given up.'))
    })
    body.on('data', (piece: Buffer | string) => {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      if (bytes.length === 0 || socket.destroyed) return
      socket.cork()
      socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1')
      socket.write(bytes)
      const room = socket.write('\r\n', 'latin1')
      socket.uncork()
      if (!room) body.pause()
    })
    body.once('end', () => {
      socket.write('0\r\n\r\n', 'latin1')
      finish()
    })
    socket.write(headOf(status, headers, 'transfer-encoding: chunked\r\n'), 'latin1')
    if (socket.destroyed) onClose()
  })
