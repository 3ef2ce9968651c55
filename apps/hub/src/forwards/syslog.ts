import { createSocket } from 'node:dgram'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Delivery, DeliveryError, TAKE_MS, type Way } from './delivery.ts'
import { framed, syslogMessage } from './syslog-message.ts'

const bare = (host: string) => host.replace(/^\[|\]$/g, '')

function dial({ target, addresses, ca, clientCertificate, secrets }: Way, session: Buffer | undefined): Socket {
  const host = bare(target.host)
  const way = { host, port: target.port, lookup: addresses.lookup }
  if (target.by === 'tcp') return connectTcp(way)
  return connectTls({
    ...way,
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    ...(clientCertificate !== undefined && { cert: clientCertificate }),
    ...(secrets.clientKey !== undefined && { key: secrets.clientKey }),
    ...(session !== undefined && { session }),
  })
}

/**
 * Syslog answers nothing. So each batch has a connection to itself, and counts
 * as taken when the receiver, which has read to its end, closes too: one that
 * goes away before has not.
 */
export function syslogStream(way: Way): Delivery {
  let session: Buffer | undefined
  return {
    async send(lines, signal) {
      await way.addresses.check(way.target.host)
      const socket = dial(way, session)
      socket.on('session', (ticket: Buffer) => {
        session = ticket
      })
      // What a receiver says is nothing to us, but it has to be read to see its end.
      socket.resume()
      const cut = AbortSignal.any([signal, AbortSignal.timeout(TAKE_MS)])
      const stop = () =>
        socket.destroy(
          signal.aborted ? new Error('It was stopped.') : new Error(`It did not take them within ${TAKE_MS / 1000} s`),
        )
      cut.addEventListener('abort', stop)
      try {
        await new Promise<void>((taken, failed) => {
          socket.once('error', error => {
            session = undefined
            failed(new DeliveryError('The receiver can not be reached, or went away', { cause: error }))
          })
          socket.once('close', () => {
            if (socket.writableFinished) taken()
            else failed(new DeliveryError('The receiver closed the connection before it had everything.'))
          })
          socket.end(framed(lines.map(line => syslogMessage(line, way.sender.host))))
        })
      } finally {
        cut.removeEventListener('abort', stop)
        socket.destroy()
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** A datagram for each line. Nobody knows whether they arrive. */
export function syslogDatagrams({ target, addresses, sender }: Way): Delivery {
  return {
    async send(lines, signal) {
      const [address] = await addresses.check(target.host)
      if (address === undefined) throw new DeliveryError('The host has no address.')
      const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
      try {
        // An error without a listener would end the hub; each send has its own.
        socket.on('error', () => {})
        for (const line of lines) {
          signal.throwIfAborted()
          const message = syslogMessage(line, sender.host)
          await new Promise<void>((sent, failed) =>
            socket.send(message, target.port, address, error =>
              error ? failed(new DeliveryError('A datagram could not be sent', { cause: error })) : sent(),
            ),
          )
        }
      } finally {
        socket.close()
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
