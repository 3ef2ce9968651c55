import { malformed } from './fields.ts'

const TARGET = /^\/[\x21\x22\x24-\x7e]*$/
const PATH = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+$/
const NOT_ENCODED = /%(?![0-9A-Fa-f]{2})/
/** An empty segment that is not the last one, or one that is `.` or `..`. */
const ODD_SEGMENT = /\/\/|\/\.{1,2}(?:\/|$)/
const ENCODED = /%[0-9A-Fa-f]{2}/g

/** Characters that must not be hidden by encoding: those that need none, separators, and controls. */
const mustNotBeEncoded = (triplet: string) => {
  const code = Number.parseInt(triplet.slice(1), 16)
  return code < 0x20 || code === 0x7f || /[A-Za-z0-9\-._~/\\]/.test(String.fromCharCode(code))
}

/** Throws unless the target is a path, with or without a query, that can be understood in one way only. */
export const checkTarget = (target: string): void => {
  if (!TARGET.test(target)) throw malformed('The target is not an absolute path of visible ASCII characters.')
  if (NOT_ENCODED.test(target)) throw malformed('The target has a "%" that encodes nothing.')
  const question = target.indexOf('?')
  const path = question < 0 ? target : target.slice(0, question)
  if (!PATH.test(path)) throw malformed('The path has characters that must be encoded.')
  if (ODD_SEGMENT.test(path)) throw malformed('The path has an empty, "." or ".." segment.')
  if (path.includes('%') && path.match(ENCODED)?.some(mustNotBeEncoded)) {
    throw malformed('The path encodes a character that must stand as it is.')
  }
}
