import type { Duplex } from 'node:stream'

/** Removes what this package listens with, and gives the socket on as if it were fresh, with `rest` to be read first. */
export const handOver = (
  socket: Duplex,
  listeners: Readonly<Record<string, (...args: never[]) => void>>,
  rest: Buffer,
): Duplex => {
  socket.pause()
  for (const [event, listener] of Object.entries(listeners)) {
    socket.removeListener(event, listener as (...args: unknown[]) => void)
  }
  if (rest.length > 0)
    socket.unshift(rest)
    // Or a later 'data' listener would wait for a resume() that its owner has no reason to call; node:http does the same.
  ;(socket as { readableFlowing: boolean | null }).readableFlowing = null
  return socket
}
