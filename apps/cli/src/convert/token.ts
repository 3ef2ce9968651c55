import { getJson, postJson } from '@moorage/kube/client.ts'
import { objectPath } from '@moorage/kube/path.ts'
import type { KubeObject } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { pause } from '../pause.ts'
import { kinds, pathOf, type Wanted } from './objects.ts'

export interface Token {
  token: string
  /** null: it does not end by itself. */
  expiresAt: Date | null
}

/** ms; the controller manager fills a token Secret within a second, a busy one within a few. */
const FILLED_WITHIN = 20_000
const LOOK_EVERY = 200

/** Asks the API server for a token of the account. It may be given for another span than asked for. */
export async function requestToken(
  transport: KubeTransport,
  account: { namespace: string; name: string },
  seconds: number,
  signal: AbortSignal,
): Promise<Token> {
  const path = objectPath(kinds.ServiceAccount, { ...account, subresource: 'token' })
  const answer = await postJson<{ status?: { token?: string; expirationTimestamp?: string } }>(
    transport,
    path,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } },
    signal,
  )
  const { token, expirationTimestamp } = answer.status ?? {}
  if (!token || !expirationTimestamp)
    throw new CliError('no_token', exitCodes.failed, 'The API server answered the request for a token without one.')
  return { token, expiresAt: new Date(expirationTimestamp) }
}

/** Waits until the cluster has put the token into its Secret. */
export async function tokenOfSecret(transport: KubeTransport, secret: Wanted, signal: AbortSignal): Promise<Token> {
  const deadline = performance.now() + FILLED_WITHIN
  for (;;) {
    const found = await getJson<KubeObject & { data?: Record<string, string> }>(transport, pathOf(secret), signal)
    const token = Buffer.from(found.data?.token ?? '', 'base64').toString('utf8')
    if (token !== '') return { token, expiresAt: null }
    if (performance.now() > deadline)
      throw new CliError(
        'no_token',
        exitCodes.failed,
        `The cluster put no token into the Secret ${secret.name} within ${FILLED_WITHIN / 1000} s.`,
        {
          fix: 'Its controller manager may not run. A token with an end needs none: leave --no-expiry away.',
        },
      )
    await pause(LOOK_EVERY, signal)
  }
}

/** Share of the span that was asked for; less of it is worth a word. The API server rounds by seconds. */
const NEARLY = 0.99

/** Whether the API server gave the token for less time than was asked for. */
export const isShortened = (expiresAt: Date, askedSeconds: number, now: Date) =>
  (expiresAt.getTime() - now.getTime()) / 1000 < askedSeconds * NEARLY
