import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { MoorageClient } from '@moorage/client/client.ts'
import type { LentToken } from '@moorage/contract/sign-in.ts'
import { exitCodes } from '../../exit-codes.ts'
import { CliError } from '../../failure.ts'
import { type Io, note } from '../../io.ts'
import { openBrowser } from './open-browser.ts'

/** ms in which a person has to sign in. */
const WITHIN = 10 * 60_000
const BYTES = 32

const page = (text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Moorage</title><main><p>${text}</p></main></html>`

/** What the browser brings to this machine's own address: nothing else may come there, and it counts once. */
async function answerOf(state: string, begun: (port: number) => void, signal: AbortSignal): Promise<string> {
  const answer = Promise.withResolvers<string>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const code = url.searchParams.get('code')
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', "default-src 'none'")
    response.setHeader('cache-control', 'no-store')
    response.setHeader('connection', 'close')
    if (request.method !== 'GET' || url.pathname !== '/' || url.searchParams.get('state') !== state) {
      response.statusCode = 404
      response.end(page('This is not the answer that the command line waits for.'))
      return
    }
    response.end(
      page(code === null ? 'The command line was not let in.' : 'You are signed in. You can close this page.'),
    )
    if (code !== null) answer.resolve(code)
    else
      answer.reject(
        new CliError('refused', exitCodes.denied, 'The command line was not let in.', { fix: 'Sign in again.' }),
      )
  })
  const onAbort = () => {
    answer.reject(
      new CliError('timeout', exitCodes.timeout, 'Nobody signed in within 10 min.', {
        fix: 'Run "moorage login" again.',
      }),
    )
  }
  try {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    signal.addEventListener('abort', onAbort, { once: true })
    begun((server.address() as AddressInfo).port)
    return await answer.promise
  } finally {
    signal.removeEventListener('abort', onAbort)
    server.close()
  }
}

/**
 * Signs in by the browser on this machine (RFC 8252: a loopback address, PKCE and a state). The code goes to this
 * machine alone and is worth nothing without the verifier, which stays here.
 */
export async function signInByBrowser(io: Io, url: string, api: MoorageClient): Promise<LentToken> {
  const verifier = randomBytes(BYTES).toString('base64url')
  const state = randomBytes(BYTES).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(WITHIN)])
  const code = await answerOf(
    state,
    port => {
      const query = new URLSearchParams({ port: String(port), state, challenge, client: hostname().slice(0, 100) })
      const address = `${url}/command-line?${query}`
      note(io, `Sign in with your browser. If it does not open by itself, go to\n\n  ${address}\n`)
      openBrowser(io, address)
    },
    signal,
  )
  return api.signIn.exchange({ code, verifier }, { signal: io.signal })
}
