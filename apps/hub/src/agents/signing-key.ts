import { generateKeyPairSync } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { ensureMeta, replaceMeta } from '../store/meta.ts'
import type { AgentDeps } from './deps.ts'

const KEY = 'signing-key'
const CONTEXT = 'hub/signing-key'

const make = (): JWK => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK

/** Signs a report in the hub's name. Gives the compact JWS and the public key that it is checked with. */
export async function signReport(
  deps: Pick<AgentDeps, 'store' | 'sealer'>,
  report: object,
): Promise<{ signature: string; key: string }> {
  const { store, sealer } = deps
  const sealed = await ensureMeta(store.db, KEY, () => sealer.seal(JSON.stringify(make()), CONTEXT).sealed)
  const secret = JSON.parse(sealer.open(sealed, CONTEXT)) as JWK
  const again = sealer.reseal(sealed, CONTEXT)
  if (again) await replaceMeta(store.db, KEY, sealed, again.sealed)
  const { d: _secret, ...open } = secret
  const kid = await calculateJwkThumbprint(open, 'sha256')
  const signature = await new CompactSign(new TextEncoder().encode(JSON.stringify(report)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'moorage-proof' })
    .sign(await importJWK(secret, 'EdDSA'))
  return { signature, key: JSON.stringify({ ...open, kid }) }
}
