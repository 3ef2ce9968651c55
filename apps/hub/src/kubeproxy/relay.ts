import type { Readable, Writable } from 'node:stream'
import { pour } from '@moorage/tunnel/pour.ts'

/**
 * Passes everything on at the pace of the slower side. Resolves when all was
 * written, or `to` was closed; rejects where `from` broke off.
 */
export function relay(from: Readable, to: Writable): Promise<void> {
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
    pour(from, to, resolve)
  })
}
