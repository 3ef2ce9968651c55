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

/** The one hub whose label everything carries that a release installed; null where there is none. */
export function instanceOf({ manifests }: HelmRecord): string | null {
  const documents = manifests.flatMap(text => text.split(/^---.*$/m)).filter(hasContent)
  const instances = new Set(documents.map(labelIn))
  const [only = null] = instances
  return instances.size === 1 ? only : null
}

const hasContent = (document: string) => document.split('\n').some(line => /^[^#\s]/.test(line))

function labelIn(document: string): string | null {
  for (const line of document.split('\n')) {
    const [key, value] = line.trim().split(/:\s+/, 2)
    if (unquoted(key ?? '') === INSTANCE && value) return unquoted(value)
  }
  return null
}

const unquoted = (word: string) => word.replace(/^(["'])(.*)\1$/, '$2')
