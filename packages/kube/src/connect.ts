import dns from 'node:dns'
import net from 'node:net'
import { TransportError } from './errors.ts'
import { KEEP_ALIVE_PROBE_MS } from './limits.ts'
import { lookupFailure, networkFailure, signalFailure } from './network-failure.ts'
import { nameOf, type Place } from './place.ts'

/** Settles as the promise does, or rejects with the signal's failure, whichever comes first. */
const orAborted = <T>(place: Place, signal: AbortSignal, promise: Promise<T>): Promise<T> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signalFailure(place, signal))
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

const addressesOf = (place: Place, lookup: net.LookupFunction): Promise<dns.LookupAddress[]> =>
  new Promise((resolve, reject) => {
    const done: Parameters<net.LookupFunction>[2] = (error, found, family) => {
      if (error) return reject(lookupFailure(place, error))
      const all = Array.isArray(found) ? found : [{ address: found, family: family ?? net.isIP(found) }]
      if (all.length > 0) return resolve(all)
      reject(new TransportError('dns', `The name “${place.host}” has no address.`, { retryable: false }))
    }
    try {
      lookup(place.host, { all: true }, done)
    } catch (error) {
      reject(lookupFailure(place, error))
    }
  })

/**
 * Opens a TCP connection. `lookup` is asked for addresses too, not only for
 * names, and what it returns is what is dialled: it is where a guard stands.
 */
export const connectTcp = async (
  place: Place,
  lookup: net.LookupFunction = dns.lookup,
  signal: AbortSignal,
): Promise<net.Socket> => {
  const addresses = await orAborted(place, signal, addressesOf(place, lookup))
  const single = addresses.length === 1 || net.isIP(place.host) !== 0
  const socket = single
    ? net.connect({ host: addresses[0]!.address, port: place.port })
    : net.connect({
        host: place.host,
        port: place.port,
        autoSelectFamily: true,
        lookup: (_host, _options, done) => done(null, addresses),
      })
  return settled(place, socket, 'connect', signal)
}

/** Waits for a socket's event; destroys the socket and rejects when it fails or the signal comes first. */
export const settled = <S extends net.Socket>(
  place: Place,
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<S> => {
  // Stays: an error between this wait and the next owner's listener must not end the process.
  socket.on('error', () => {})
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
  return new Promise<S>((resolve, reject) => {
    const finish = () => {
      signal.removeEventListener('abort', onAbort)
      socket.off('error', onError).off('close', onClose).off(event, onEvent)
    }
    const fail = (error: TransportError) => {
      finish()
      socket.destroy()
      reject(error)
    }
    const onEvent = () => {
      finish()
      resolve(socket)
    }
    const onError = (error: Error) => fail(networkFailure(place, error))
    const onClose = () => fail(new TransportError('reset', `${nameOf(place)} closed the connection at once.`))
    const onAbort = () => fail(signalFailure(place, signal))
    socket.once('error', onError).once('close', onClose).once(event, onEvent)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
