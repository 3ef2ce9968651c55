import { type Cluster, Phase } from '@moorage/contract/cluster.ts'
import { matchesSelector, parseSelector, type Selector, SelectorError } from '@moorage/contract/selector.ts'
import { platformName } from './platform.ts'

/** What the fleet is narrowed to, as it stands in the address. */
export interface FleetFilter {
  text: string
  phases: Phase[]
  project: string
  selector: string
}

/** A filter that was read, with the sentence about its selector where that can not be read. */
export interface ReadFilter {
  keep(cluster: Cluster): boolean
  selectorError: string | null
}

/** Makes a filter into a test of one cluster. A selector that can not be read narrows nothing and says so. */
export function readFilter(filter: FleetFilter): ReadFilter {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const phases = new Set(filter.phases)
  const { selector, error } = readSelector(filter.selector)
  return {
    selectorError: error,
    keep: cluster =>
      (phases.size === 0 || phases.has(cluster.phase)) &&
      (filter.project === '' || cluster.project === filter.project) &&
      matchesSelector(selector, cluster.labels) &&
      matchesWords(cluster, words),
  }
}

/** True where nothing is narrowed. */
export const isOpen = (filter: FleetFilter): boolean =>
  filter.text === '' && filter.phases.length === 0 && filter.project === '' && filter.selector === ''

/** How many clusters are in each phase. */
export function countByPhase(clusters: readonly Cluster[]): Map<Phase, number> {
  const counts = new Map<Phase, number>()
  for (const { phase } of clusters) counts.set(phase, (counts.get(phase) ?? 0) + 1)
  return counts
}

/** The projects that clusters are in, in order. */
export const projectsOf = (clusters: readonly Cluster[]): string[] =>
  [...new Set(clusters.map(cluster => cluster.project))].sort((a, b) => a.localeCompare(b))

function readSelector(text: string): { selector: Selector; error: string | null } {
  try {
    return { selector: parseSelector(text), error: null }
  } catch (error) {
    if (error instanceof SelectorError) return { selector: [], error: error.message }
    throw error
  }
}

function matchesWords(cluster: Cluster, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const hay = [
    cluster.name,
    cluster.project,
    cluster.phase,
    cluster.version ?? '',
    cluster.distribution.value ?? '',
    platformName(cluster.distribution.value) ?? '',
    cluster.provider.value ?? '',
    platformName(cluster.provider.value) ?? '',
    cluster.region ?? '',
    cluster.uid,
    ...Object.entries(cluster.labels).map(([key, value]) => `${key}=${value}`),
  ]
    .join(' ')
    .toLowerCase()
  return words.every(word => hay.includes(word))
}

const names = new Set<string>(Phase.options)

/** The phases in a comma-separated list; words that are none are left out. */
export const readPhases = (text: string): Phase[] => text.split(',').filter((word): word is Phase => names.has(word))
