import type { Sealer } from '../connections/sealing.ts'

/** What a chunk is sealed for: its recording, its place in it, and whether it is the last. None can stand for another. */
export const chunkContext = (id: string, n: number, last: boolean): string =>
  `recording/${id}/${n}${last ? '/last' : ''}`

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
