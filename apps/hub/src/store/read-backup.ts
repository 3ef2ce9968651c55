import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BACKUP_FORMAT, type BackupHeader, type BackupTrailer, type TableLine } from './backup-format.ts'
import { StoreError } from './store-error.ts'

/** A row longer than this is no row of ours: objects in etcd have at most 1.5 MiB. */
const LONGEST_LINE = 16 * 1024 * 1024

export type BackupPart =
  | { type: 'header'; header: BackupHeader }
  | ({ type: 'table' } & TableLine)
  | { type: 'row'; line: string }

const invalid = (why: string, cause?: unknown) =>
  new StoreError('backup_invalid', `The file is not a whole backup: ${why}. Nothing was changed.`, { cause })

/** Reads a backup piece by piece. Throws where it is not what was written: only its last piece proves it whole. */
export async function* readBackup(source: Readable): AsyncGenerator<BackupPart> {
  let previous: string | null = null
  let count = 0
  const hash = createHash('sha256')
  for await (const line of linesOf(source)) {
    if (previous !== null) {
      hash.update(`${previous}\n`)
      count += 1
      yield count === 1 ? { type: 'header', header: parseHeader(previous) } : parseLine(previous)
    }
    previous = line
  }
  checkTrailer(previous, count, hash.digest('hex'))
}

function checkTrailer(line: string | null, lines: number, sha256: string): void {
  const trailer = line === null ? null : parse<BackupTrailer>(line)
  if (lines === 0) throw invalid('it holds no data')
  if (trailer?.lines === undefined) throw invalid('its end is missing')
  if (trailer.lines !== lines || trailer.sha256 !== sha256) throw invalid('its checksum does not match')
}

function parseHeader(line: string): BackupHeader {
  const header = parse<BackupHeader>(line)
  const unlike = () => invalid('it does not start like one')
  if (header?.moorage !== 'backup' || typeof header.format !== 'number') throw unlike()
  if (header.format > BACKUP_FORMAT) {
    throw new StoreError(
      'backup_too_new',
      `The backup has format ${header.format}; this hub reads up to ${BACKUP_FORMAT}. Restore it with the version that wrote it, or a newer one.`,
    )
  }
  if (!isHeader(header)) throw unlike()
  return header
}

function isHeader({ schema, keys, counts }: BackupHeader): boolean {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  const applied = (one: unknown) => isObject(one) && typeof (one as { version?: unknown }).version === 'number'
  return (
    Array.isArray(schema) &&
    schema.every(applied) &&
    Array.isArray(keys) &&
    keys.every(key => typeof key === 'string') &&
    isObject(counts) &&
    Object.values(counts).every(count => typeof count === 'number')
  )
}

function parseLine(line: string): BackupPart {
  if (line.startsWith('[')) return { type: 'row', line }
  const table = parse<TableLine>(line)
  if (typeof table?.table !== 'string' || !Array.isArray(table.columns)) throw invalid('a line of it is damaged')
  return { type: 'table', table: table.table, columns: table.columns }
}

function parse<T>(line: string): T | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as T) : null
  } catch {
    return null
  }
}

async function* linesOf(source: Readable): AsyncGenerator<string> {
  const gunzip = createGunzip()
  source.once('error', error => gunzip.destroy(error))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const chunk of source.pipe(gunzip)) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true })
      const lines = rest.split('\n')
      rest = lines.pop()!
      if (rest.length > LONGEST_LINE) throw invalid('a line of it has no end')
      yield* lines
    }
    rest += decoder.decode()
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw invalid(error instanceof Error ? error.message : String(error), error)
  }
  if (rest !== '') throw invalid('its last line is cut off')
}
