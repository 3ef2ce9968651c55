import { parseDocument } from 'yaml'
import { type MaskedOf, maskBody } from './mask.ts'

/** Bytes of a masked body that are kept. */
export const KEPT_BYTES = 16 * 1024
/** Bytes that are held to read one: the API server takes 3 MiB, but nobody reads so much of a line. */
export const READ_BYTES = 256 * 1024
/** Aliases in YAML that are followed. */
const MAX_ALIASES = 100

export interface ReadBody {
  /** JSON of the masked body; null where it can not be read, and so not be masked. */
  text: string | null
  /** Why there is no text, or not all of it. */
  note: string | null
}

const unread = (note: string): ReadBody => ({ text: null, note })

function parsed(text: string, type: string): unknown {
  if (!type.includes('yaml')) return JSON.parse(text)
  const document = parseDocument(text, { uniqueKeys: true })
  if (document.errors.length > 0) throw document.errors[0]
  return document.toJS({ maxAliasCount: MAX_ALIASES })
}

/** A body as it may be kept. What can not be understood is not kept: it could not be masked. */
export function readBody(body: Buffer, type: string, about: MaskedOf): ReadBody {
  if (!/json|yaml/.test(type)) return unread('It is neither JSON nor YAML.')
  let masked: string
  try {
    const found = parsed(body.toString('utf8'), type)
    if (typeof found !== 'object' || found === null) return unread('It is no document.')
    masked = JSON.stringify(maskBody(found, about))
  } catch {
    return unread('It can not be read.')
  }
  if (Buffer.byteLength(masked) <= KEPT_BYTES) return { text: masked, note: null }
  const text = Buffer.from(masked).subarray(0, KEPT_BYTES).toString('utf8').replace(/�$/, '')
  return { text: `${text}…`, note: `Cut: it has ${Buffer.byteLength(masked)} bytes.` }
}
