import type { IncomingMessage } from 'node:http'
import { MoorageError } from '../errors.ts'
import { MAX_BODY_BYTES, MAX_DISCARDED_BYTES, MAX_JSON_DEPTH } from './limits.ts'

const tooLarge = (max: number) =>
  new MoorageError('too_large', `The body has more than ${max} bytes.`, {
    fix: `Send at most ${max} bytes${max === MAX_BODY_BYTES ? '; a kubeconfig has at most 1 MiB' : ''}.`,
  })

/** Reads the whole body; at most `max` bytes, whatever the headers claim. */
async function readBytes(request: IncomingMessage, max: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_DISCARDED_BYTES) break
      if (size <= max) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch (error) {
    throw new MoorageError('bad_request', 'The body ended before it was complete.', { cause: error })
  }
  if (size > max) throw tooLarge(max)
  return Buffer.concat(chunks, size)
}

/** Bounds the recursion of everything that walks a body later. */
const isDeep = (value: unknown, left = MAX_JSON_DEPTH): boolean =>
  typeof value === 'object' && value !== null && (left === 0 || Object.values(value).some(one => isDeep(one, left - 1)))

/** No name, path or file holds a NUL, and the database takes none. */
const holdsNul = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.includes('\0')
    : typeof value === 'object' && value !== null && Object.entries(value).some(pair => pair.some(holdsNul))

const nul = (where: string) => new MoorageError('bad_request', `A text in the ${where} holds a NUL character.`)

/** The JSON object in the body; undefined where the body is empty. */
export async function readJson(
  request: IncomingMessage,
  max = MAX_BODY_BYTES,
): Promise<Record<string, unknown> | undefined> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new MoorageError('unsupported_media_type', 'The body is compressed, which the hub does not read.', {
      fix: 'Send the body without Content-Encoding.',
    })
  }
  const bytes = await readBytes(request, max)
  if (bytes.length === 0) return undefined
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new MoorageError('unsupported_media_type', 'The Content-Type of the body is not application/json.', {
      fix: 'Send JSON, with Content-Type: application/json.',
    })
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's own message quotes the text around the error, which may be a secret; so no cause either.
    throw new MoorageError('bad_request', 'The body can not be read as JSON in UTF-8.', { fix: 'Send a JSON object.' })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
    throw new MoorageError('bad_request', `The body is ${kind}, not a JSON object.`, { fix: 'Send a JSON object.' })
  }
  if (isDeep(value)) {
    throw new MoorageError('bad_request', `The body is nested more than ${MAX_JSON_DEPTH} levels deep.`)
  }
  if (holdsNul(value)) throw nul('body')
  return value as Record<string, unknown>
}

/** The query's parameters. One that stands there twice is refused, as it is unclear which was meant. */
export function readQuery(params: URLSearchParams): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of params) {
    if (Object.hasOwn(query, name)) {
      throw new MoorageError('bad_request', 'A parameter of the query stands there more than once.', {
        fix: 'Send each parameter once.',
      })
    }
    if (holdsNul(name) || holdsNul(value)) throw nul('query')
    // defineProperty, so that a parameter called __proto__ is a member like any other, and refused as unknown.
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return query
}
