import type { Readable, Writable } from 'node:stream'
import { GatheredWrites } from './gathered.ts'

/**
 * Passes an answer's body on to whoever asked, as fast as it is taken. The pieces
 * are freed once they were written, so nobody else may keep one. A body that
 * breaks off destroys `out`, and an `out` that closes destroys the body; `ended` is for what is to be said after a whole one.
 */
export const pour = (body: Readable, out: Writable, ended: () => void = () => out.end()): void => {
  const writes = new GatheredWrites(out, body)
  body.on('data', (piece: Buffer) => {
    if (!out.destroyed && !writes.write(piece)) body.pause()
  })
  body.once('end', () => {
    if (out.destroyed) return
    writes.flush()
    ended()
  })
  body.once('error', () => out.destroy())
  body.once('close', () => {
    if (!body.readableEnded) out.destroy()
  })
  out.on('drain', () => body.resume())
  out.on('error', () => {}) // it closes then
  out.once('close', () => body.destroy())
  if (body.destroyed) out.destroy()
  else if (out.destroyed) body.destroy()
}
