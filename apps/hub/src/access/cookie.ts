import { SESSION_SECONDS } from './session-times.ts'

/** s in which somebody has to come back from an issuer: also with a second factor that lies in another room. */
export const SIGN_IN_SECONDS = 600

/**
 * The cookie's name. Behind TLS the `__Host-` prefix makes browsers refuse
 * one that was set without Secure, for another path, or by a sibling domain.
 */
export const cookieName = (secure: boolean): string => (secure ? '__Host-moorage' : 'moorage')

/** Of the cookie that goes along to an issuer and back. */
export const signInCookieName = (secure: boolean): string => `${cookieName(secure)}-sign-in`

/** One cookie of a Cookie header. One that stands there twice counts as none, as it is unclear who set which. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  const found = header
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`))
  const value = found[0]?.slice(name.length + 1)
  return found.length === 1 && value !== '' ? value : undefined
}

/** The session in a Cookie header. */
export const readSessionCookie = (header: string | undefined, secure: boolean): string | undefined =>
  readCookie(header, cookieName(secure))

const make = (name: string, value: string, sameSite: 'Strict' | 'Lax', seconds: number, secure: boolean): string => {
  const attributes = ['Path=/', 'HttpOnly', `SameSite=${sameSite}`, `Max-Age=${value === '' ? 0 : seconds}`]
  if (secure) attributes.push('Secure')
  return `${name}=${value}; ${attributes.join('; ')}`
}

/** The Set-Cookie that starts a session, or, with an empty value, ends it. */
export const sessionCookie = (value: string, secure: boolean): string =>
  make(cookieName(secure), value, 'Strict', SESSION_SECONDS, secure)

/** The Set-Cookie for the way to an issuer and back, which begins at another site: so it can not be Strict. */
export const signInCookie = (value: string, secure: boolean): string =>
  make(signInCookieName(secure), value, 'Lax', SIGN_IN_SECONDS, secure)
