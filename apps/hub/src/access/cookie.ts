/** How long a browser's sign-in lasts, in seconds: a working day. */
export const SESSION_SECONDS = 12 * 3600

/**
 * The cookie's name. Behind TLS the `__Host-` prefix makes browsers refuse
 * one that was set without Secure, for another path, or by a sibling domain.
 */
export const cookieName = (secure: boolean): string => (secure ? '__Host-moorage' : 'moorage')

/** The session in a Cookie header. A cookie that stands there twice counts as none, as it is unclear who set which. */
export function readSessionCookie(header: string | undefined, secure: boolean): string | undefined {
  if (header === undefined) return undefined
  const name = cookieName(secure)
  const found = header
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`))
  const value = found[0]?.slice(name.length + 1)
  return found.length === 1 && value !== '' ? value : undefined
}

/** The Set-Cookie that starts a session, or, with an empty value, ends it. */
export function sessionCookie(value: string, secure: boolean): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${value === '' ? 0 : SESSION_SECONDS}`]
  if (secure) attributes.push('Secure')
  return `${cookieName(secure)}=${value}; ${attributes.join('; ')}`
}
