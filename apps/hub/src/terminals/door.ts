import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type KeyPair, makeAuthority, makeServerCertificate } from '../pki/certificates.ts'

/** What one run of kubectl may come in with: for as long as it runs, and nowhere else. */
export interface Pass extends Disposable {
  /** Where the hub is to be reached by this run. */
  url: string
  /** PEM of the authority that vouches for it there. */
  ca: string
  token: string
}

/** A way into the hub for the kubectl that it runs itself, on its own machine alone. */
export interface Door<Run> extends AsyncDisposable {
  open(run: Run): Promise<Pass>
}

const LOCALHOST = '127.0.0.1'
const TOKEN_BYTES = 32
/** ms after which the certificate is made anew: it is good for a year. */
const RENEW_MS = 30 * 86_400_000

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

export interface DoorDeps<Run> {
  now: () => Date
  limits: { maxHeaderSize: number; headersTimeout: number; requestTimeout: number }
  /** Answers a request of a run; of none that is known where the credential is nobody's. */
  answer: (run: Run | undefined, request: IncomingMessage, response: ServerResponse) => void
}

/**
 * Listens from the first run on. Who comes in is known by a token that was made
 * for one run, is only ever in memory here, and is good for nothing but this
 * door: nobody else's credential opens it.
 */
export function makeDoor<Run>({ now, limits, answer }: DoorDeps<Run>): Door<Run> {
  const runs = new Map<string, Run>()
  let listening: Promise<{ server: Server; url: string; ca: KeyPair }> | undefined
  let renewed = 0

  const runOf = ({ headers }: IncomingMessage): Run | undefined => {
    const token = /^Bearer ([\w-]+)$/.exec(headers.authorization ?? '')?.[1]
    return token === undefined ? undefined : runs.get(hashOf(token))
  }
  const certificate = (ca: KeyPair) => makeServerCertificate(ca, [{ type: 'ip', value: LOCALHOST }], now())

  const listen = async () => {
    const ca = await makeAuthority('Moorage terminals', now())
    const own = { ...(await certificate(ca)), minVersion: 'TLSv1.3' as const, ALPNProtocols: ['http/1.1'] }
    renewed = now().getTime()
    const server = createServer({ ...limits, ...own }, (request, response) => answer(runOf(request), request, response))
    server.listen(0, LOCALHOST)
    await once(server, 'listening')
    return { server, url: `https://${LOCALHOST}:${(server.address() as AddressInfo).port}`, ca }
  }

  return {
    async open(run) {
      listening ??= listen().catch(error => {
        listening = undefined
        throw error
      })
      const { server, url, ca } = await listening
      if (now().getTime() - renewed > RENEW_MS) {
        renewed = now().getTime()
        server.setSecureContext({ ...(await certificate(ca)), minVersion: 'TLSv1.3' })
      }
      const token = randomBytes(TOKEN_BYTES).toString('base64url')
      runs.set(hashOf(token), run)
      return { url, ca: ca.cert, token, [Symbol.dispose]: () => void runs.delete(hashOf(token)) }
    },
    async [Symbol.asyncDispose]() {
      runs.clear()
      const open = await listening?.catch(() => undefined)
      if (open === undefined) return
      open.server.closeAllConnections()
      await new Promise(resolve => open.server.close(resolve))
    },
  }
}
