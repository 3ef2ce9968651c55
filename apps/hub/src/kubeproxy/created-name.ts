import type { Parsed } from './parse.ts'

/** API servers write kind and version first, and the name first of what is in the metadata. */
const JSON_HEAD = /^\{(?:"kind":"[^"\\]*",)?(?:"apiVersion":"[^"\\]*",)?"metadata":\{"name":"([^"\\]{1,253})"/

const PROTOBUF_MAGIC = Buffer.from('k8s\0')
/** Bytes of an answer that are looked at: names are among the first hundreds. */
const LOOKED_AT = 2_048
/** How many messages the name lies within: the envelope’s raw object, its metadata, its name. */
const WAY_TO_NAME = [2, 1, 1] as const

interface Field {
  number: number
  from: number
  to: number
}

function varint(bytes: Buffer, at: number): { value: number; next: number } | null {
  let value = 0
  for (let length = 0; length < 5 && at + length < bytes.length; length += 1) {
    const byte = bytes[at + length] as number
    value += (byte & 0x7f) * 2 ** (7 * length)
    if (byte < 0x80) return { value, next: at + length + 1 }
  }
  return null
}

/** The field at a place; null where it has no length, or that can not be read. */
function fieldAt(bytes: Buffer, at: number): Field | null {
  const tag = varint(bytes, at)
  if (tag === null || (tag.value & 7) !== 2) return null
  const length = varint(bytes, tag.next)
  return length === null ? null : { number: tag.value >>> 3, from: length.next, to: length.next + length.value }
}

function nameInProtobuf(bytes: Buffer): string | null {
  let [at, end] = [PROTOBUF_MAGIC.length, bytes.length]
  for (const wanted of WAY_TO_NAME) {
    let field = fieldAt(bytes, at)
    while (field !== null && field.number !== wanted && field.to < end) field = fieldAt(bytes, field.to)
    if (field?.number !== wanted) return null
    ;[at, end] = [field.from, Math.min(field.to, end)]
  }
  return end < bytes.length && end - at <= 253 ? bytes.toString('utf8', at, end) || null : null
}

/** What an object is called that was created, as the beginning of the cluster’s answer says: its address does not have it. */
export function nameOfCreated(begin: Buffer): string | null {
  const bytes = begin.subarray(0, LOOKED_AT)
  if (bytes.subarray(0, 4).equals(PROTOBUF_MAGIC)) return nameInProtobuf(bytes)
  return JSON_HEAD.exec(bytes.toString('utf8'))?.[1] ?? null
}

/** Whether the address of a request does not say what it creates. */
export const createsUnnamed = ({ info }: Pick<Parsed, 'info'>): boolean =>
  info.kind === 'resource' && info.verb === 'create' && info.name === null && info.subresource === null
