import { IncomingMessage, OutgoingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { IncomingBody } from './incoming-body.ts'

/** Whether it has no hold of the pieces that it has given. Others, such as a stream in memory, may give what somebody else still has. */
const letsGo = (stream: Readable): boolean =>
  stream instanceof Socket || stream instanceof IncomingMessage || (stream instanceof IncomingBody && stream.fromSocket)

/** Whether it has done with a piece when it calls back. Others may have handed it on. */
const usesUp = (stream: Writable): boolean =>
  (stream instanceof OutgoingMessage ? stream.socket : stream) instanceof Socket

/** Whether what one gave and the other has written is nobody's. */
export const isSpent = (from: Readable, to: Writable): boolean => letsGo(from) && usesUp(to)

/**
 * Frees the memory of a piece that nobody has a use for any more. A socket gives each
 * in a buffer of its own; the garbage collector would come for it tens of megabytes
 * later, and the next one be on fresh pages: half of what a bulk transfer costs.
 */
export const free = ({ buffer, byteLength }: Buffer): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
