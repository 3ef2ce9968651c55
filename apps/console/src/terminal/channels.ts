import { POD_CHANNELS } from '@moorage/contract/terminal.ts'

/** Only where there is no terminal; a cluster may still say on it why there will be none. */
const STDERR = 2

/** How the session ended, as the API server says it last of all. */
export type SessionEnd = { kind: 'exited'; code: number } | { kind: 'failed'; message: string }

/** What a message of the session says. */
export type Heard = { kind: 'output'; bytes: Uint8Array } | { kind: 'end'; end: SessionEnd } | { kind: 'nothing' }

/** A message of the session as it is sent. */
export function frame(channel: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(content.length + 1)
  message[0] = channel
  message.set(content, 1)
  return message
}

/** Says how large the terminal is now. */
export const resizeFrame = (columns: number, rows: number): Uint8Array<ArrayBuffer> =>
  frame(POD_CHANNELS.resize, new TextEncoder().encode(JSON.stringify({ Width: columns, Height: rows })))

/** Reads a message. Streams that this side does not know are passed over: a newer server may have more. */
export function readFrame(message: Uint8Array): Heard {
  const [channel] = message
  const content = message.subarray(1)
  if (channel === POD_CHANNELS.status) return { kind: 'end', end: readEnd(new TextDecoder().decode(content)) }
  // The first message of each stream is empty: the server says by it that the stream is there.
  if ((channel === POD_CHANNELS.stdout || channel === STDERR) && content.length > 0)
    return { kind: 'output', bytes: content }
  return { kind: 'nothing' }
}

/** Reads the status, whatever it is. */
export function readEnd(text: string): SessionEnd {
  const status = parsed(text)
  if (status?.status === 'Success') return { kind: 'exited', code: 0 }
  const causes = objectOf(status?.details)?.causes
  const exit = Array.isArray(causes) ? causes.map(objectOf).find(cause => cause?.reason === 'ExitCode') : undefined
  const code = Number(exit?.message ?? Number.NaN)
  if (status?.reason === 'NonZeroExitCode' && Number.isInteger(code)) return { kind: 'exited', code }
  const said = status?.message
  return { kind: 'failed', message: typeof said === 'string' && said !== '' ? said : 'The cluster did not say why.' }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return null
  }
}

const objectOf = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
