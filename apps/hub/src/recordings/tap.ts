import { Transform } from 'node:stream'
import { channelReader, readsProtocol } from './channel-reader.ts'
import type { Recording } from './recorder.ts'
import { type SpdyStreams, spdyReader } from './spdy-reader.ts'
import type { StreamReader } from './stream-piece.ts'

/** What an upgrade agreed on. */
export interface Agreed {
  upgrade: 'websocket' | 'SPDY/3.1'
  /** Subprotocol of the WebSocket; '' where there is none. */
  protocol: string
}

/** Whether sessions over it can be read. */
export const canBeRead = ({ upgrade, protocol }: Agreed): boolean => upgrade === 'SPDY/3.1' || readsProtocol(protocol)

/** Passes every byte on as it came, at the pace of the slower side, and shows it to the recording first. */
function tap(reader: StreamReader, recording: Recording): Transform {
  let understood = true
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let room: Promise<void> | null = null
      if (understood) {
        try {
          room = recording.take(reader.push(chunk))
        } catch (error) {
          understood = false
          recording.give(`The session can not be read any more. ${error instanceof Error ? error.message : ''}`.trim())
        }
      }
      if (room === null) done(null, chunk)
      else void room.then(() => done(null, chunk))
    },
  })
}

/** What stands in each direction of a recorded session. */
export function taps(agreed: Agreed, recording: Recording): { fromClient: Transform; fromMember: Transform } {
  if (agreed.upgrade === 'websocket') {
    const { protocol } = agreed
    return { fromClient: tap(channelReader(protocol), recording), fromMember: tap(channelReader(protocol), recording) }
  }
  const streams: SpdyStreams = new Map()
  return {
    fromClient: tap(spdyReader(streams, 'client'), recording),
    fromMember: tap(spdyReader(streams, 'member'), recording),
  }
}
