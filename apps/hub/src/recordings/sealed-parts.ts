import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Sealer } from '../connections/sealing.ts'

/** What a chunk is sealed for: its recording, its place in it, and whether it is the last. None can stand for another. */
export const chunkContext = (id: string, n: number, last: boolean): string =>
  `recording/${id}/${n}${last ? '/last' : ''}`

/** Output repeats itself: the cheapest compression makes a tenth of it. */
const LEVEL = 1
/** Bytes that a chunk can be at most; a recorder makes far smaller ones. */
const MAX_CHUNK = 67_108_864

export const sealChunk = (sealer: Sealer, text: string, context: string): string =>
  sealer.seal(deflateRawSync(text, { level: LEVEL }).toString('base64'), context).sealed

export const openChunk = (sealer: Sealer, sealed: string, context: string): string =>
  inflateRawSync(Buffer.from(sealer.open(sealed, context), 'base64'), { maxOutputLength: MAX_CHUNK }).toString('utf8')

const typedContext = (id: string) => `recording/${id}/typed`

/** A line that somebody typed. */
export interface Typed {
  at: number
  line: string
}

export const sealTyped = (sealer: Sealer, id: string, lines: readonly Typed[]): string =>
  sealer.seal(JSON.stringify(lines), typedContext(id)).sealed

export const openTyped = (sealer: Sealer, id: string, sealed: string): Typed[] =>
  JSON.parse(sealer.open(sealed, typedContext(id))) as Typed[]
