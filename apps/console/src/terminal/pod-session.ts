import { POD_CHANNELS, POD_TERMINAL_PROTOCOLS } from '@moorage/contract/terminal.ts'
import { frame, readFrame, resizeFrame, type SessionEnd } from './channels.ts'

/** Bytes of a message: what is pasted goes in pieces that no server on the way finds too long. */
const PIECE = 16 * 1024

/** The connection is gone, and nobody said why. */
export interface Silent {
  kind: 'silent'
  wasOpen: boolean
  /** ms in which nothing had passed either way before. */
  idleMs: number
}

/** What one is told of a session. */
export interface PodListener {
  opened(): void
  output(bytes: Uint8Array): void
  /** Once, last of all. */
  ended(end: SessionEnd | Silent): void
}

/** A shell in a pod. */
export interface PodSession extends Disposable {
  type(bytes: Uint8Array): void
  resize(columns: number, rows: number): void
}

/** Opens a shell at an address. Disposed of, it says no more. */
export function openPodSession(url: URL, listener: PodListener): PodSession {
  const socket = new WebSocket(url, [...POD_TERMINAL_PROTOCOLS])
  socket.binaryType = 'arraybuffer'
  let wasOpen = false
  let over = false
  let passedAt = performance.now()
  const end = (how: SessionEnd | Silent) => {
    if (over) return
    over = true
    socket.close()
    listener.ended(how)
  }
  socket.addEventListener('open', () => {
    wasOpen = true
    if (!over) listener.opened()
  })
  socket.addEventListener('message', ({ data }) => {
    passedAt = performance.now()
    const heard = over || !(data instanceof ArrayBuffer) ? null : readFrame(new Uint8Array(data))
    if (heard?.kind === 'output') listener.output(heard.bytes)
    if (heard?.kind === 'end') end(heard.end)
  })
  socket.addEventListener('close', () => end({ kind: 'silent', wasOpen, idleMs: performance.now() - passedAt }))
  const send = (message: Uint8Array<ArrayBuffer>) => {
    if (socket.readyState !== WebSocket.OPEN) return
    passedAt = performance.now()
    socket.send(message)
  }
  return {
    type(bytes) {
      for (let at = 0; at < bytes.length; at += PIECE) send(frame(POD_CHANNELS.stdin, bytes.subarray(at, at + PIECE)))
    },
    resize: (columns, rows) => send(resizeFrame(columns, rows)),
    [Symbol.dispose]() {
      over = true
      socket.close()
    },
  }
}
