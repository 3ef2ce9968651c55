import { generateKeyPairSync } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { keptSecret } from '../connections/kept-secret.ts'
import type { AgentDeps } from './deps.ts'

const KEY = 'signing-key'
const CONTEXT = 'hub/signing-key'

const make = (): JWK => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK

type Deps = Pick<AgentDeps, 'store' | 'sealer'>

/** Made at the first report; reports that a lost one has signed can not be checked any more. */
const keptKey = async (deps: Deps): Promise<JWK> => {
  const secret = await keptSecret(deps, { key: KEY, context: CONTEXT, make: () => JSON.stringify(make()) })
  return JSON.parse(secret.reveal()) as JWK
}

/** The public half, as people compare it: a JWK with its thumbprint. */
async function openHalf({ d: _secret, ...open }: JWK): Promise<{ kid: string; key: string }> {
  const kid = await calculateJwkThumbprint(open, 'sha256')
  return { kid, key: JSON.stringify({ ...open, kid }) }
}

/** The public key that the hub's reports are checked with, as a JWK. */
export const proofKey = async (deps: Deps): Promise<string> => (await openHalf(await keptKey(deps))).key

/** Signs a report in the hub's name. Gives the compact JWS and the public key that it is checked with. */
export async function signReport(deps: Deps, report: object): Promise<{ signature: string; key: string }> {
  const secret = await keptKey(deps)
  const { kid, key } = await openHalf(secret)
  const signature = await new CompactSign(new TextEncoder().encode(JSON.stringify(report)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'moorage-proof' })
    .sign(await importJWK(secret, 'EdDSA'))
  return { signature, key }
}
