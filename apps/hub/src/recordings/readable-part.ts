/** Bytes that no text has, in whatever language. */
const NO_TEXT = /[\x00-\x06\x0e-\x1a\x1c-\x1f]/
/** Runs of letters that are worth keeping of what is no text. */
const WORDS = /[\t\n\r\x20-\x7e]{4,}/g

/**
 * What can be read in a piece that is no text, such as of an archive that is
 * copied; null where the piece is text. A command among other bytes stays
 * readable, and a copied file takes no room.
 */
export function readablePart(data: Buffer): { text: string; leftOut: number } | null {
  const letters = data.toString('latin1')
  if (!NO_TEXT.test(letters)) return null
  const words = letters.match(WORDS) ?? []
  const kept = words.reduce((sum, word) => sum + word.length, 0)
  return { text: words.join('\ufffd'), leftOut: data.length - kept }
}
