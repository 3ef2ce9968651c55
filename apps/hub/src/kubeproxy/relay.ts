import type { Readable, Writable } from 'node:stream'

/**
 * Passes everything on at the pace of the slower side. Resolves when all was
 * written, or `to` was closed; rejects where `from` broke off. No pipeline, as
 * a small answer costs half of one. `count` is told of every chunk.
 */
export function relay(from: Readable, to: Writable, count: (bytes: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = () => from.resume()
    const over = (settle: () => void) => {
      to.off('drain', onDrain)
      to.off('close', onClose)
      settle()
    }
    const onClose = () => {
      from.destroy()
      over(resolve)
    }
    to.on('drain', onDrain)
    to.once('close', onClose)
    from.on('data', (chunk: Buffer) => {
      count(chunk.length)
      if (!to.write(chunk)) from.pause()
    })
    from.once('end', () => over(resolve))
    from.once('error', error => over(() => reject(error)))
    from.once('close', () => {
      if (!from.readableEnded) over(() => reject(from.errored ?? new Error('The answer broke off.')))
    })
  })
}
