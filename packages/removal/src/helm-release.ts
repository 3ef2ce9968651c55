import { gunzipSync } from 'node:zlib'
import { INSTANCE } from './labels.ts'

/** What Helm has written down of a release. */
export interface HelmRecord {
  /** YAML of everything that it installed, hooks included. */
  manifests: string[]
}

/** Bytes of a record when unpacked; Helm's own are a few MB at most. */
const UNPACKED = 64 * 1024 * 1024

/** Reads the field `release` of Helm's Secret as the API gives it: base64 of base64 of gzipped JSON. Null where it is none. */
export function readHelmRecord(field: string): HelmRecord | null {
  try {
    const packed = Buffer.from(Buffer.from(field, 'base64').toString('latin1'), 'base64')
    const record: unknown = JSON.parse(gunzipSync(packed, { maxOutputLength: UNPACKED }).toString('utf8'))
    const { manifest, hooks } = record as { manifest?: unknown; hooks?: { manifest?: unknown }[] | null }
    const manifests = [manifest, ...(hooks ?? []).map(hook => hook.manifest)]
    return { manifests: manifests.filter(each => typeof each === 'string') }
  } catch {
    return null // of another format, or damaged: then nothing is known of it
  }
}

/** Whether everything that a release installed carries the label of this instance. */
export function isWhollyOf({ manifests }: HelmRecord, instance: string): boolean {
  const documents = manifests.flatMap(text => text.split(/^---.*$/m)).filter(hasContent)
  return documents.length > 0 && documents.every(document => hasLabel(document, instance))
}

const hasContent = (document: string) => document.split('\n').some(line => /^[^#\s]/.test(line))

const hasLabel = (document: string, instance: string) =>
  document.split('\n').some(line => {
    const [key, value] = line.trim().split(/:\s+/, 2)
    return unquoted(key ?? '') === INSTANCE && unquoted(value ?? '') === instance
  })

const unquoted = (word: string) => word.replace(/^(["'])(.*)\1$/, '$2')
