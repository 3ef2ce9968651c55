import type { StoreDeps } from '@moorage/hub/store/open.ts'
import { type Io, note } from '../io.ts'

/** What the database needs of its surroundings while it is used without a hub. */
export const storeDeps = (io: Io): StoreDeps => ({
  now: io.now,
  random: Math.random,
  warn: message => note(io, message),
  died: () => {}, // the query that was under way fails, and says so
})
