import type { Readable, Writable } from 'node:stream'
import { pour } from '@moorage/tunnel/pour.ts'

/**
 * Passes everything on at the pace of the slower side. Resolves when all was
 * written, or `to` was closed; rejects where `from` broke off. `count` is told
 * of every chunk.
 */
export function relay(from: Readable, to: Writable, count: (bytes: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (to.destroyed) {
      from.destroy()
      return resolve()
    }
    // Before `pour` listens to it: one that has left takes `from` along.
    to.once('close', () => {
      if (from.destroyed && !from.readableEnded) reject(from.errored ?? new Error('The answer broke off.'))
      else resolve()
    })
    from.on('data', (chunk: Buffer) => count(chunk.length))
    pour(from, to, resolve)
  })
}
