import { createPublicKey, verify } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { ProofReport } from '@moorage/contract/agent.ts'
import { exitCodes } from '../../exit-codes.ts'
import { CliError, usage } from '../../failure.ts'

/** A public key as hubs publish it. */
export interface ProofKey {
  jwk: { kty: string; crv: string; x: string }
  /** Its thumbprint, as it says itself; a name, and no evidence. */
  id: string
}

const refused = (message: string, fix?: string) => new CliError('proof_refused', exitCodes.failed, message, { fix })

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw usage(`The ${what} is not JSON.`, `Give the ${what} as the hub gave it out.`)
  }
}

/** Reads a public key: a JWK, or whatever carries one as `proofKey` or `key`, such as the hub's info or another report. */
export function readProofKey(text: string, what = 'key'): ProofKey {
  const value = parsed(text, what) as Record<string, unknown> | null
  const hub = value?.hub as { proofKey?: unknown } | null | undefined
  const inner = hub?.proofKey ?? value?.proofKey ?? (value?.kty === undefined ? value?.key : undefined)
  if (typeof inner === 'string') return readProofKey(inner, what)
  const { kty, crv, x, kid } = value ?? {}
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string')
    throw usage(
      `The ${what} is not a public key of a hub.`,
      'It is a JWK with kty OKP and crv Ed25519: "proofKey" of the hub’s info.',
    )
  return { jwk: { kty, crv, x }, id: typeof kid === 'string' ? kid : 'without a name' }
}

/** Reads a saved report. */
export function readProof(text: string): ProofReport {
  const report = ProofReport.safeParse(parsed(text, 'report'))
  if (!report.success) throw usage('The file is not a report of "moorage cluster prove".', 'Save one with -o json.')
  return report.data
}

/**
 * Whether a saved report is what the holder of a key has signed: every member
 * of it, and nothing else. Throws what is wrong. The report's own key says nothing.
 */
export function checkProof(text: string, { jwk, id }: ProofKey): ProofReport {
  const report = readProof(text)
  const { signature, key: _key, ...said } = parsed(text, 'report') as ProofReport
  const [head = '', body = '', sign = ''] = signature.split('.')
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (!verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(sign, 'base64url')))
    throw refused(
      `The report was not signed by the key ${id}.`,
      'It is of another hub, or was changed, or the hub has got another key since.',
    )
  const { typ } = parsed(Buffer.from(head, 'base64url').toString(), 'head of the signature') as { typ?: unknown }
  if (typ !== 'moorage-proof') throw refused('What was signed is something else than a report.')
  const signed = parsed(Buffer.from(body, 'base64url').toString(), 'signed report')
  if (!isDeepStrictEqual(signed, said)) throw refused('The report was changed since it was signed.')
  return report
}
