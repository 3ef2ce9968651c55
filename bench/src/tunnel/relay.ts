/** One hop of the fair ceiling: takes TLS connections and passes their bytes on over TLS, one for one. */
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import tls from 'node:tls'
import { ready, settings } from './settings.ts'

const { cert, key, ca, nextPort } = settings()
const secureContext = tls.createSecureContext({ ca })

const server = tls.createServer({ cert, key, noDelay: true }, near => {
  const far = tls.connect({ host: '127.0.0.1', port: nextPort, secureContext, servername: 'localhost' })
  far.setNoDelay(true)
  pipeline(near, far, () => far.destroy())
  pipeline(far, near, () => near.destroy())
})
server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port))
