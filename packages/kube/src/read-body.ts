import type { Readable } from 'node:stream'
import { AnswerError } from './errors.ts'

/** Reads a body to its end. Destroys it and throws when it is larger than `limit` bytes. */
export const readBounded = async (body: Readable, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    // Leaving the loop destroys the stream.
    if (size > limit) throw new AnswerError('too_large', `The answer is larger than ${limit} bytes.`)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
}
