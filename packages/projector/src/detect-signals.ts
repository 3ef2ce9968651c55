import type { NodeEvidence } from './evidence.ts'

/** What detection goes by. `groups` and `nodes` are null where they could not be read. */
export interface DetectInput {
  /** gitVersion of the API server. */
  gitVersion: string
  /** Names of the API groups that are served. */
  groups: readonly string[] | null
  nodes: readonly NodeEvidence[] | null
  /** Is there a ConfigMap kube-system/kubeadm-config? Absent or null where that is not known. */
  kubeadmConfig?: boolean | null
}

/** Looks for one thing; answers with a sentence that says what was seen, or null. */
export type Signal = (input: DetectInput) => string | null

/** "node a", "2 of 3 nodes". */
export function howMany(found: readonly NodeEvidence[], all: readonly NodeEvidence[]): string {
  const [first] = found
  if (found.length === 1 && first !== undefined) return `node ${first.name}`
  return found.length === all.length ? `all ${all.length} nodes` : `${found.length} of ${all.length} nodes`
}

/** A signal that some nodes give. `sentence` gets how many, and the first of them. */
function onNodes(
  matches: (node: NodeEvidence) => boolean,
  sentence: (who: string, first: NodeEvidence, plural: boolean) => string,
): Signal {
  return ({ nodes }) => {
    const found = (nodes ?? []).filter(matches)
    const [first] = found
    return first === undefined ? null : sentence(howMany(found, nodes ?? []), first, found.length > 1)
  }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const have = (plural: boolean) => (plural ? 'have' : 'has')

/** The API group is served. */
export const group =
  (name: string): Signal =>
  ({ groups }) =>
    groups?.includes(name) ? `The API group ${name} is served.` : null

/** The API server's version, or else a kubelet's, contains this text. */
export const version =
  (part: string): Signal =>
  input =>
    input.gitVersion.includes(part)
      ? `The API server’s version ${input.gitVersion} contains “${part}”.`
      : onNodes(
          node => node.kubelet.includes(part),
          (who, { kubelet }) => `The kubelet of ${who} says ${kubelet}, which contains “${part}”.`,
        )(input)

/** A node has the label, with this value where one is given, else with any but an empty one. */
export const label = (key: string, value?: string): Signal =>
  onNodes(
    ({ labels }) => (value === undefined ? Boolean(labels[key]) : labels[key] === value),
    (who, first, plural) => `${capital(who)} ${have(plural)} the label ${key}=${first.labels[key]}.`,
  )

/** A node has a label whose key starts with this. */
export const labelPrefix = (prefix: string): Signal =>
  onNodes(
    ({ labels }) => Object.keys(labels).some(key => key.startsWith(prefix)),
    (who, { labels }, plural) =>
      `${capital(who)} ${have(plural)} the label ${Object.keys(labels).find(key => key.startsWith(prefix))}.`,
  )

/** A node has the annotation. */
export const annotation = (key: string): Signal =>
  onNodes(
    ({ annotations }) => annotations.includes(key),
    (who, _, plural) => `${capital(who)} ${have(plural)} the annotation ${key}.`,
  )

/** A node's providerID starts like this. */
export const providerId = (start: string | RegExp): Signal =>
  onNodes(
    ({ providerId: id }) => id !== null && (typeof start === 'string' ? id.startsWith(start) : start.test(id)),
    (who, first) => `The providerID of ${who} is like ${first.providerId}.`,
  )

/** A node's operating system is called like this. */
export const osImage = (like: RegExp): Signal =>
  onNodes(
    node => like.test(node.osImage),
    (who, first, plural) => `${capital(who)} ${plural ? 'run' : 'runs'} ${first.osImage}.`,
  )

/** There is exactly one node. */
export const oneNode: Signal = ({ nodes }) => (nodes?.length === 1 ? 'It has one node.' : null)

/** A node is called like this. */
export const nodeName = (like: RegExp): Signal =>
  onNodes(
    node => like.test(node.name),
    (_, first) => `A node is called ${first.name}.`,
  )

/** The ConfigMap that kubeadm leaves behind is there. */
export const kubeadmConfig: Signal = input =>
  input.kubeadmConfig === true ? 'There is a ConfigMap kube-system/kubeadm-config.' : null

/** Holds where nodes could not be read, so that signals of nodes can't be asked for. */
export const nodesUnreadable: Signal = ({ nodes }) =>
  nodes === null ? 'Nodes could not be read, so their providerIDs and labels were not looked at.' : null

/** All must be seen; their sentences together. */
export const all =
  (...signals: readonly Signal[]): Signal =>
  input => {
    const sentences = signals.map(signal => signal(input))
    return sentences.some(sentence => sentence === null) ? null : sentences.join(' ')
  }
