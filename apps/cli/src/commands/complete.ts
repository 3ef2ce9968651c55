import type { Command } from 'commander'
import { candidates, type Wanted } from '../complete/candidates.ts'
import { readConfig } from '../hub/config-file.ts'
import { openNamedHub } from '../hub/open.ts'
import { type Io, say } from '../io.ts'

/** ms; longer than this a person presses the key again. */
const HUB_WITHIN = 1500
/** Names that are offered at most. */
const MOST = 1000

/**
 * `moorage __complete WORD…`, called by the completion scripts with the words so
 * far, the last one being typed. Prints one candidate on a line, with a tab and
 * its description. Not a command of the tree: that would read the words as its own.
 */
export async function complete(io: Io, root: Command, words: string[]): Promise<void> {
  const found = candidates(root, words)
  const named = found.wanted === undefined ? [] : await names(io, hubIn(words), found.wanted).catch(() => [])
  const typed = words.at(-1) ?? ''
  for (const { value, description } of [...found.values, ...named.map(value => ({ value, description: '' }))])
    if (value.startsWith(typed)) say(io, description ? `${value}\t${description}` : value)
}

async function names(io: Io, hubName: string | undefined, wanted: Wanted): Promise<string[]> {
  if (wanted === 'context') return (await readConfig(io)).contexts.map(({ name }) => name)
  await using hub = await openNamedHub(io, hubName)
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(HUB_WITHIN)])
  const { items } = await hub.api.clusters.list({ limit: MOST }, { signal })
  return wanted === 'project' ? [...new Set(items.map(({ project }) => project))] : items.map(({ name }) => name)
}

/** The hub that the words so far name. */
function hubIn(words: string[]): string | undefined {
  const at = words.indexOf('--hub')
  if (at >= 0 && at < words.length - 2) return words[at + 1]
  return words.find(word => word.startsWith('--hub='))?.slice('--hub='.length)
}
