import { X509Certificate } from 'node:crypto'
import type { DirectTarget } from './direct-target.ts'

/** What a target signs in with, without the credential itself. */
export interface CredentialInfo {
  kind: 'client-certificate' | 'token'
  server: string
  context: string
  /** Subject of the certificate or of the token, where it says so. */
  user: string | null
  /** RFC 3339; null where the credential does not say, or never expires. */
  expiresAt: string | null
  insecureSkipTlsVerify: boolean
  /** Without its password. */
  proxyUrl: string | null
  tlsServerName: string | null
}

interface Claims {
  user: string | null
  expiresAt: Date | null
}

/** Claims of a JWT, unverified: they are shown to its owner, and decide nothing. */
const tokenClaims = (token: string): Claims => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const { sub, exp } = (claims ?? {}) as { sub?: unknown; exp?: unknown }
    return {
      user: typeof sub === 'string' ? sub.slice(0, 253) : null,
      // 8.64e12 s is the end of JavaScript's dates.
      expiresAt: typeof exp === 'number' && Math.abs(exp) < 8.64e12 ? new Date(exp * 1000) : null,
    }
  } catch {
    return { user: null, expiresAt: null } // Not a JWT: tokens may be any text.
  }
}

const certificateClaims = (pem: string): Claims => {
  const certificate = new X509Certificate(pem)
  const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1]
  const { validToDate } = certificate
  // A damaged certificate can have a date that is none.
  return { user: name ?? null, expiresAt: Number.isNaN(validToDate.getTime()) ? null : validToDate }
}

const withoutPassword = (url: URL) => {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  return shown.href
}

/** Describes the credential of a target. */
export const credentialInfo = (target: DirectTarget): CredentialInfo => {
  const { auth, tls } = target
  // With both, the API server reads the certificate first.
  const kind = tls.cert === undefined ? auth.kind : 'client-certificate'
  const claims =
    tls.cert !== undefined
      ? certificateClaims(tls.cert)
      : auth.kind === 'token'
        ? tokenClaims(auth.token)
        : { user: null, expiresAt: null }
  return {
    kind,
    server: target.server.href,
    context: target.context,
    user: claims.user,
    expiresAt: claims.expiresAt?.toISOString() ?? null,
    insecureSkipTlsVerify: tls.insecureSkipVerify,
    proxyUrl: target.proxyUrl ? withoutPassword(target.proxyUrl) : null,
    tlsServerName: tls.serverName ?? null,
  }
}

const DAY = 24 * 60 * 60 * 1000

/** A sentence about an expiry that has passed or is less than 30 days away; null before that. */
export const expiryNotice = (info: Pick<CredentialInfo, 'kind' | 'expiresAt'>, now: Date): string | null => {
  if (info.expiresAt === null) return null
  const left = Date.parse(info.expiresAt) - now.getTime()
  const what = info.kind === 'token' ? 'The token' : 'The client certificate'
  if (left <= 0) return `${what} expired on ${info.expiresAt}. Replace the kubeconfig.`
  if (left > 30 * DAY) return null
  const days = Math.floor(left / DAY)
  const when = days === 0 ? 'in less than a day' : days === 1 ? 'in one day' : `in ${days} days`
  return `${what} expires ${when}, on ${info.expiresAt}. Replace the kubeconfig before that.`
}
