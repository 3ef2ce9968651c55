import { distributionRules, providerRules } from './detect-rules.ts'
import { type DetectInput, howMany } from './detect-signals.ts'
import type { NodeEvidence } from './evidence.ts'
import { placeOf } from './places.ts'

export type { DetectInput } from './detect-signals.ts'

/** One answer, with what led to it. The same shape as `Detected` of the contract. */
export interface Detected {
  value: string | null
  evidence: string[]
  /** Nodes or API groups could not be read, so evidence was missing. */
  limited: boolean
}

export interface Detection {
  distribution: Detected
  /** Where it runs: a separate answer, from providerIDs alone. */
  provider: Detected
  /** The region of most nodes. */
  region: string | null
  zones: string[]
  instanceTypes: { name: string; count: number }[]
  /** How many nodes are simulated by kwok. */
  simulated: number
  /** Whether some are EKS Hybrid nodes, which stand outside of the cloud; null where none was seen at all. */
  hybridNodes: boolean | null
}

/** Evidence sentences per answer: enough to judge, not a log. */
const MAX_EVIDENCE = 8

const isSimulated = (node: NodeEvidence) =>
  node.annotations.includes('kwok.x-k8s.io/node') || node.labels.type === 'kwok'

const isHybrid = ({ labels, providerId }: NodeEvidence) =>
  labels['eks.amazonaws.com/compute-type'] === 'hybrid' || (providerId?.startsWith('eks-hybrid:///') ?? false)

function simulatedSentence(nodes: readonly NodeEvidence[]): string[] {
  const simulated = nodes.filter(isSimulated)
  if (simulated.length === 0) return []
  const who = howMany(simulated, nodes)
  const verb = simulated.length === 1 ? 'is' : 'are'
  return [`${who.charAt(0).toUpperCase()}${who.slice(1)} ${verb} simulated by kwok.`]
}

function detectDistribution(input: DetectInput): Detected {
  const limited = input.nodes === null || input.groups === null
  const notes = simulatedSentence(input.nodes ?? [])
  if (input.groups?.includes('cluster.x-k8s.io')) {
    notes.push(
      'The API group cluster.x-k8s.io is served: it manages other clusters through Cluster API, which is a role and no distribution.',
    )
  }
  for (const { distribution, signs } of distributionRules) {
    const seen = signs.map(sign => sign(input)).filter(sentence => sentence !== null)
    if (seen.length > 0) {
      return { value: distribution, evidence: [...new Set(seen)].slice(0, MAX_EVIDENCE).concat(notes), limited }
    }
  }
  return { value: null, evidence: notes, limited }
}

/** What a providerID says beyond the provider: the account or project that the cluster is in. */
function accountOf(providerId: string): string | null {
  const azure = /^azure:\/\/\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(providerId)
  if (azure !== null) return `The resource group is ${azure[2]} in the subscription ${azure[1]}.`
  const google = /^gce:\/\/([^/]+)\//.exec(providerId)
  return google === null ? null : `The project is ${google[1]}.`
}

/** Counts words; the commonest first, equal counts in alphabetical order. */
function tally(words: readonly (string | null)[]): { name: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
}

function detectProvider(nodes: readonly NodeEvidence[] | null): Detected {
  if (nodes === null) {
    return { value: null, evidence: ['Nodes could not be read, so no providerID was seen.'], limited: true }
  }
  const ofNode = (node: NodeEvidence) =>
    providerRules.find(({ start }) => node.providerId !== null && start.test(node.providerId))?.provider ?? null
  const byNode = new Map(nodes.map(node => [node, ofNode(node)]))
  const found = tally([...byNode.values()])
  const evidence = found.flatMap(({ name }) => {
    const theirs = nodes.filter(node => byNode.get(node) === name)
    const like = theirs[0]?.providerId ?? ''
    const account = accountOf(like)
    return [`The providerID of ${howMany(theirs, nodes)} is like ${like}.`, ...(account === null ? [] : [account])]
  })
  if (found.length === 0 && nodes.length > 0) evidence.push('No node has a providerID that names a provider.')
  return {
    value: found[0]?.name ?? null,
    evidence: evidence.slice(0, MAX_EVIDENCE).concat(simulatedSentence(nodes)),
    limited: false,
  }
}

/** Which distribution this is and where it runs, from what the Kubernetes API alone shows. */
export function detect(input: DetectInput): Detection {
  const nodes = input.nodes ?? []
  const places = nodes.map(node => placeOf(node.labels, node.providerId))
  return {
    distribution: detectDistribution(input),
    provider: detectProvider(input.nodes),
    region: tally(places.map(place => place.region))[0]?.name ?? null,
    zones: tally(places.map(place => place.zone))
      .map(({ name }) => name)
      .sort(),
    instanceTypes: tally(places.map(place => place.instanceType)),
    simulated: nodes.filter(isSimulated).length,
    hybridNodes: nodes.length === 0 ? null : nodes.some(isHybrid),
  }
}
