import { badRequest } from './refusal.ts'

/** A path that can be understood in one way only. */
export interface CanonicalPath {
  /** Percent-decoded. Without the empty one that a closing slash makes. */
  segments: readonly string[]
  closingSlash: boolean
}

/** Characters of a path in their own form, or percent-encoded. No `;`, which some servers cut a segment at. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,=:@/]|%[0-9A-Fa-f]{2})*$/

/** What encoding may not hide: separators, controls, dots, and `%` itself, which a second decoding would read on. */
const HIDDEN = /[\0-\x1f\x7f-\x9f/\\;%?#]|^\.{1,2}$/
const ENCODED_DOT = /%2e/i

function decode(segment: string): string {
  if (!segment.includes('%')) {
    if (segment === '.' || segment === '..') throw badRequest('The path has a segment "." or "..".')
    return segment
  }
  let text: string
  try {
    text = decodeURIComponent(segment)
  } catch {
    throw badRequest('The path encodes something that is not UTF-8.')
  }
  if (HIDDEN.test(text) || ENCODED_DOT.test(segment)) {
    throw badRequest('The path encodes a character that has to stand as it is, or must not be there at all.')
  }
  return text
}

/**
 * Takes a path apart, or throws where it could be read in two ways: empty and
 * dot segments, encoded separators, parameters, anything outside ASCII.
 */
export function readPath(path: string): CanonicalPath {
  if (!path.startsWith('/')) throw badRequest('The path does not start with "/".')
  if (!PATH.test(path)) {
    throw badRequest('The path has a character that must be percent-encoded, or a "%" that encodes nothing.')
  }
  if (path.includes('//')) throw badRequest('The path has an empty segment.')
  const raw = path.slice(1).split('/')
  const closingSlash = raw.at(-1) === ''
  return { segments: (closingSlash ? raw.slice(0, -1) : raw).map(decode), closingSlash: closingSlash && raw.length > 1 }
}

/** What `encodeURIComponent` encodes although a path may have it as it is; clients of Kubernetes send it so. */
const PLAIN = /%(?:24|26|2B|2C|3A|3D|40)/g

/** The one way in which this path is written to a member. */
export function writePath({ segments, closingSlash }: CanonicalPath): string {
  const written = segments.map(segment => encodeURIComponent(segment).replace(PLAIN, decodeURIComponent))
  return `/${written.join('/')}${closingSlash ? '/' : ''}`
}
