import type { ImportStep, ImportStepName } from '@moorage/contract/agent.ts'

/** Every step of an import, in the order in which they are reached. */
export const importStepNames = [
  'manifest',
  'contact',
  'identity',
  'api-server',
  'rights',
  'inventory',
] as const satisfies readonly ImportStepName[]

/** What is known when an import is looked at. */
export interface Seen {
  /** The address that agents dial. */
  hubUrl: string
  /** The hub has a CA of its own, which the manifest carries. */
  ownCa: boolean
  /** A proxy stands in the manifest. */
  proxied: boolean
  /** An image of the owner's choice stands there. */
  ownImage: boolean
  pullSecret: string | null
  namespace: string
  token: 'good' | 'spent' | 'expired' | 'none'
  /** A tunnel is open. */
  connected: boolean
}

/** How long a step may take before its likely causes are told, in ms. */
const PATIENCE: Record<ImportStepName, number> = {
  // Somebody has to run a command.
  manifest: 120_000,
  // An image is pulled and a pod is started.
  contact: 45_000,
  identity: 10_000,
  'api-server': 15_000,
  rights: 20_000,
  inventory: 60_000,
}

/** A host that only its own machine, or nobody, can reach by this name. */
export const isLoopback = (host: string) =>
  host === 'localhost' || host === '[::1]' || /^127\./.test(host) || host === '0.0.0.0'

/** A name without dots is looked up in the pod's own namespace first, and found by nobody else. */
const isShortName = (host: string) => !host.includes('.') && !host.includes(':') && !isLoopback(host)

function contactCauses(seen: Seen): string[] {
  const { hostname, host } = new URL(seen.hubUrl)
  const look = `kubectl -n ${seen.namespace}`
  return [
    ...(isLoopback(hostname)
      ? [
          `The pod can not reach ${host}: that is the hub's own machine. Give the hub a --public-url that pods can reach.`,
        ]
      : []),
    'The manifest was fetched and not applied: kubectl, where the command was run, says why.',
    ...(isShortName(hostname)
      ? [
          `The name ${hostname} has no domain, so the pod's name servers will hardly know it. Use a full name in --public-url.`,
        ]
      : []),
    seen.ownImage || seen.pullSecret !== null
      ? `The image was not pulled: ${look} get pods, then ${look} describe pod. Check the image's name${seen.pullSecret === null ? '' : ` and the Secret ${seen.pullSecret}`}.`
      : `The image was not pulled: ${look} get pods, then ${look} describe pod. Where the cluster can not reach its registry, import with --image.`,
    `The pod can not look ${hostname} up, or not reach it: ${look} logs deployment/moorage-agent says which.`,
    seen.proxied
      ? 'The proxy does not let the agent through: its address, its password, or what it allows.'
      : 'The cluster reaches the world only through a proxy: import with --https-proxy.',
    seen.ownCa
      ? 'Something between agent and hub ends TLS with a certificate of its own: import with --ca-bundle.'
      : 'The hub’s certificate is of a CA that the image does not know: import with --ca-bundle.',
    'The cluster is known here already, under another name, and its agent goes on with the key that it has: moorage cluster list.',
    'An admission policy of the cluster refused the pod: its Deployment and ReplicaSet say so in their events.',
  ]
}

/**
 * The likely causes of a step that does not come, each with what to do; none
 * while it is too early to say. Pure: what is known comes as an argument.
 */
export function causesOf(step: ImportStepName, waitedMs: number, seen: Seen): string[] {
  const unused = step === 'manifest' || step === 'contact' || step === 'identity'
  if (unused && seen.token === 'expired') {
    return ['The join token has expired: import the cluster again under its name, and apply the new manifest.']
  }
  if (waitedMs < PATIENCE[step]) return []
  switch (step) {
    case 'manifest':
      return [
        'Nobody has run the command yet.',
        `The machine that ran it can not reach ${new URL(seen.hubUrl).host}: use the form with --manifest - instead.`,
        `It was applied from a file, and the agent does not reach the hub: the name ${new URL(seen.hubUrl).hostname} is not known there (--public-url of the hub), the hub’s certificate is of a CA that the agent does not trust (--ca-bundle), or only a proxy leads out (--https-proxy). kubectl -n ${seen.namespace} logs deployment/moorage-agent says which, or kubectl -n ${seen.namespace} describe pod where the image was not pulled.`,
      ]
    case 'contact':
      return contactCauses(seen)
    case 'identity':
      return [
        ...(seen.token === 'spent'
          ? ['The join token was used before, by another agent: import the cluster again.']
          : []),
        `The agent may not write its key into its Secret: kubectl -n ${seen.namespace} logs deployment/moorage-agent says so.`,
        'The clock of the cluster or of the hub is wrong by more than a minute.',
      ]
    case 'api-server':
      return seen.connected
        ? [
            'The agent does not reach its own API server: a network policy, or a proxy without an exception for it (no-proxy).',
          ]
        : [
            'No tunnel came about though the agent reaches the hub: a proxy or load balancer in between lets neither an upgrade nor a WebSocket pass.',
          ]
    case 'rights':
      return [
        'The ClusterRole or its binding is missing or was changed: apply the manifest again.',
        'The API server is slow to answer reviews of rights: look at its load.',
      ]
    case 'inventory':
      return [
        'The cluster is large or slow to list; the sync page shows each kind.',
        'A kind can not be listed: the sync page says which, and why.',
      ]
    default:
      return step satisfies never
  }
}

/** What an agent says that could not even ask for its identity: its own cluster is in the way, not the hub. */
const NO_IDENTITY = /^The agent could not make its identity\b/

/**
 * The likely causes of a failure, each with what to do; none where the failure's
 * own words are the cause: they come with what to do.
 */
export function causesOfFailure(step: ImportStepName, message: string, seen: Seen): string[] {
  switch (step) {
    case 'identity':
      return NO_IDENTITY.test(message)
        ? [
            `The agent may not read its Secret or the namespace kube-system, or not write its key: its Role, its ClusterRole or a binding is missing or was changed. Apply the manifest again; kubectl -n ${seen.namespace} logs deployment/moorage-agent says which.`,
            'The agent does not reach its own API server: a network policy, or a proxy without an exception for it (no-proxy).',
          ]
        : []
    case 'api-server':
      return message.startsWith('Another cluster')
        ? [
            'The Secret of the agent was copied from that cluster: delete it there or here, and apply the manifest again.',
          ]
        : causesOf(step, Number.POSITIVE_INFINITY, seen)
    case 'rights':
      return ['The ClusterRole or its binding was changed, or an older manifest was applied: apply the manifest again.']
    default:
      return causesOf(step, Number.POSITIVE_INFINITY, seen)
  }
}

const CONTACT = importStepNames.indexOf('contact')

/** What was noted of a step. */
export interface Noted {
  status: 'ok' | 'failed' | 'waiting'
  message: string
  at: Date
}

const reached: Record<ImportStepName, string> = {
  manifest: 'The manifest was fetched or applied.',
  contact: 'The agent has called the hub.',
  identity: 'The agent has registered its key.',
  'api-server': 'The API server answers over the tunnel.',
  rights: 'The rights were reviewed.',
  inventory: 'The inventory is complete.',
}
const awaited: Record<ImportStepName, string> = {
  manifest: 'Waits for the command to be run.',
  contact: 'Waits for the agent to call the hub.',
  identity: 'Waits for the agent to register its key.',
  'api-server': 'Waits for an answer of the API server over the tunnel.',
  rights: 'Waits for the review of the agent’s rights.',
  inventory: 'Waits for every kind to be listed.',
}

/**
 * The steps as they are shown. Whatever comes before a step that was reached
 * was reached too, noted or not; a failure that was overcome is not told.
 */
export function importStepsOf(
  noted: ReadonlyMap<ImportStepName, Noted>,
  since: Date,
  now: Date,
  seen: Seen,
): { done: boolean; steps: ImportStep[] } {
  const reachedLast = importStepNames.findLastIndex(name => noted.get(name)?.status === 'ok')
  const failedLast = importStepNames.findLastIndex(name => noted.get(name)?.status === 'failed')
  // An agent that says what it fails at has called the hub.
  const last = failedLast > CONTACT ? Math.max(reachedLast, CONTACT) : reachedLast
  let waitsSince = since
  let waiting = false
  const steps = importStepNames.map((name, index): ImportStep => {
    const found = noted.get(name)
    if (index <= last) {
      const at = found?.status === 'ok' ? found.at : null
      if (at !== null && at > waitsSince) waitsSince = at
      const message = found?.status === 'ok' ? found.message : reached[name]
      return { name, status: 'ok', message, causes: [], at: at?.toISOString() ?? null }
    }
    if (found?.status === 'failed') {
      waiting = true
      const causes = causesOfFailure(name, found.message, seen)
      return { name, status: 'failed', message: found.message, causes, at: found.at.toISOString() }
    }
    // Of what comes after a step that is waited for there is nothing to say yet.
    const causes = waiting ? [] : causesOf(name, now.getTime() - waitsSince.getTime(), seen)
    waiting = true
    return { name, status: 'waiting', message: awaited[name], causes, at: null }
  })
  return { done: last === importStepNames.length - 1, steps }
}
