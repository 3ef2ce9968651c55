/** Characters of a sentence of somebody else's that are kept. */
const SENTENCE_CHARS = 1_000

/** Controls, among them those that move a terminal's cursor, and those that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu

/** What an agent or a member said, as one line that can be stored and shown anywhere: nothing in it acts. */
export const saidPlainly = (text: string, chars = SENTENCE_CHARS): string =>
  text.slice(0, chars).toWellFormed().replace(UNSEEN, ' ').trim()

/** Names of pods and of versions: neither has anything that a log, a table or a database would stumble over. */
export const POD_NAME = /^[-.\w]{1,253}$/
export const VERSION = /^[-.+~\w]{1,64}$/
