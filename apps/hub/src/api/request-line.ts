import { MoorageError } from '../errors.ts'
import { MAX_URL_CHARS } from './limits.ts'

/** An address as it was sent: nothing in it is normalised, so what is matched is what was asked. */
export interface RequestLine {
  path: string
  query: URLSearchParams
}

/** Takes a request's target apart. Only the origin form (`/path?query`) is read. */
export function readRequestLine(target: string): RequestLine {
  if (target.length > MAX_URL_CHARS) {
    throw new MoorageError('bad_request', `The address has more than ${MAX_URL_CHARS} characters.`)
  }
  if (!target.startsWith('/') || target.startsWith('//')) {
    throw new MoorageError('bad_request', 'The address of the request does not start with a single "/".')
  }
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  // Backslashes and control characters are read as separators by some, and never sent by decent clients.
  if (/[\\#\0-\x20\x7f-\uffff]/.test(path) || path.split('/').some(part => /^(\.|%2e){1,2}$/i.test(part))) {
    throw new MoorageError('bad_request', 'The path of the request is not in its plain form.', {
      fix: 'Send it without dot segments, backslashes, spaces and control characters.',
    })
  }
  return { path, query: new URLSearchParams(at < 0 ? '' : target.slice(at + 1)) }
}
