import type { Condition, ConditionType, CredentialInfo } from '@moorage/contract/cluster.ts'
import type { Facts } from './facts.ts'
import { AGENT_MINORS, EXPIRY_NOTICE_MS, EXPIRY_WARNING_MS } from './limits.ts'
import type { AgentSaid, Desired, InventoryObserved, Observed } from './observed.ts'
import { missingFor } from './rights.ts'

/** What was found of one condition; when it changed is added by comparison with the last time. */
export type Finding = Pick<Condition, 'type' | 'status' | 'severity' | 'reason' | 'message'>

const DAY_MS = 86_400_000

const yes = (type: ConditionType, reason: string, message: string): Finding => ({
  type,
  status: 'True',
  severity: 'info',
  reason,
  message,
})
const no = (type: ConditionType, severity: Finding['severity'], reason: string, message: string): Finding => ({
  type,
  status: 'False',
  severity,
  reason,
  message,
})
const unknown = (type: ConditionType, reason: string, message: string): Finding => ({
  type,
  status: 'Unknown',
  severity: 'info',
  reason,
  message,
})

const silentReasons = {
  dns: 'NameLookupFailed',
  refused: 'ConnectionRefused',
  timeout: 'Timeout',
  tls: 'TLSFailed',
  proxy: 'ProxyFailed',
  reset: 'ConnectionBroken',
  address: 'AddressNotAllowed',
  aborted: 'ProbeGivenUp',
} as const

/** Whether there is a connection, whether the API server serves on it, and whether it takes the credential. */
export function probeFindings(desired: Desired, { probe }: Observed): Finding[] {
  const byAgent = desired.agent !== null
  const reachable = yes('APIServerReachable', 'Answers', 'The API server answers.')
  const connected = byAgent
    ? yes('Connected', 'Tunnel', 'The agent holds a tunnel to the hub.')
    : yes('Connected', 'Direct', 'The hub reaches the API server by the kubeconfig’s address.')
  const unproven = (because: string) => unknown('CredentialValid', 'NotAsked', because)
  switch (probe.kind) {
    case 'answered': {
      const accepted = byAgent
        ? yes('CredentialValid', 'Accepted', 'The API server accepts the ServiceAccount of the agent.')
        : yes('CredentialValid', 'Accepted', 'The API server accepts the credential.')
      if (probe.uid === desired.uid) return [connected, reachable, accepted]
      const other = `Another cluster answers ${byAgent ? 'through this agent' : 'at this address'}: its kube-system namespace has the UID ${probe.uid}, and this cluster’s is ${desired.uid}. ${byAgent ? 'Import that cluster by a name of its own, and install this cluster’s agent anew.' : 'Replace the kubeconfig by one that reaches this cluster.'}`
      return [no('Connected', 'error', 'OtherCluster', other), reachable, accepted]
    }
    case 'rejected':
      return [connected, reachable, no('CredentialValid', 'error', 'Rejected', probe.message)]
    case 'forbidden':
      return [connected, reachable, no('CredentialValid', 'error', 'Forbidden', probe.message)]
    case 'failing':
      return [
        connected,
        no('APIServerReachable', 'error', 'NotServing', probe.message),
        unproven('The API server does not serve, so the credential could not be tried.'),
      ]
    case 'silent':
      // By an agent that is heard it is the API server that says nothing.
      if (byAgent && probe.reason === 'timeout') {
        return [
          connected,
          no('APIServerReachable', 'error', silentReasons.timeout, probe.message),
          unproven('The API server does not answer, so the agent’s ServiceAccount could not be tried.'),
        ]
      }
      return [
        no('Connected', 'error', silentReasons[probe.reason], probe.message),
        unknown('APIServerReachable', 'NoAnswer', 'No connection was made, so nothing is known of the API server.'),
        unproven('The API server does not answer, so the credential could not be tried.'),
      ]
    case 'away': {
      const joined = desired.agent?.version != null
      const message = joined
        ? 'The agent is not connected: it, its node or its way to the hub is down.'
        : 'The agent has not connected yet: its manifest waits to be applied in the cluster.'
      return [
        joined ? no('Connected', 'error', 'AgentDisconnected', message) : no('Connected', 'info', 'NotJoined', message),
        unknown('APIServerReachable', 'NoAgent', 'Without its agent nothing is known of the API server.'),
        unproven('Without the agent, its ServiceAccount could not be tried.'),
      ]
    }
    case 'unopened':
      return [
        no('Connected', 'error', 'NotTried', 'Without its credential the cluster was not dialled.'),
        unknown('APIServerReachable', 'NotTried', 'Without its credential the cluster was not dialled.'),
        no('CredentialValid', 'error', 'NotOpened', probe.message),
      ]
    default:
      return probe satisfies never
  }
}

const dateOf = (instant: Date) => instant.toISOString().slice(0, 10)

/** When the credential ends, as it says itself. */
export function expiryFinding(credential: CredentialInfo | null, now: Date): Finding {
  const expires = credential?.expiresAt ? new Date(credential.expiresAt) : null
  const what = credential?.kind === 'client-certificate' ? 'client certificate' : 'token'
  if (!expires) return yes('CredentialExpiry', 'NoExpiry', `The ${what} does not say that it expires.`)
  const left = expires.getTime() - now.getTime()
  const days = Math.floor(left / DAY_MS)
  const replace = 'Replace the kubeconfig before that.'
  if (left <= 0) {
    const message = `The ${what} expired on ${expires.toISOString()}. Replace the kubeconfig.`
    return no('CredentialExpiry', 'error', 'Expired', message)
  }
  const message = `The ${what} expires on ${dateOf(expires)}, in ${days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`}.`
  if (left <= EXPIRY_WARNING_MS) {
    return no('CredentialExpiry', 'warning', 'ExpiresWithinDays', `${message} ${replace}`)
  }
  if (left <= EXPIRY_NOTICE_MS) return no('CredentialExpiry', 'info', 'ExpiresSoon', `${message} ${replace}`)
  return yes('CredentialExpiry', 'FarAhead', `The ${what} expires on ${dateOf(expires)}.`)
}

/** Whether it is certain who answers. */
export function tlsFinding(credential: CredentialInfo | null, { probe }: Observed): Finding {
  if (credential?.insecureSkipTlsVerify) {
    const message =
      'The kubeconfig sets insecure-skip-tls-verify: whoever is between the hub and the API server can read and change everything.'
    return no('TLSVerified', 'info', 'VerificationOff', message)
  }
  if (probe.kind === 'silent' && probe.reason === 'tls') {
    return no('TLSVerified', 'error', 'NotVerified', probe.message)
  }
  if (probe.kind === 'silent' || probe.kind === 'unopened') {
    return unknown('TLSVerified', 'NoAnswer', 'No certificate was shown, as no connection was made.')
  }
  return yes('TLSVerified', 'Verified', 'The certificate of the API server is verified on each connection.')
}

/** Whether the credential's rights suffice for the mode. */
export function modeFinding(desired: Desired, facts: Facts): Finding {
  const whose = desired.agent === null ? 'credential' : 'agent'
  if (facts.rights === null) {
    return unknown('ModeVerified', 'NotReviewed', `The rights of the ${whose} were not looked at yet.`)
  }
  const missing = missingFor(desired.mode, facts.rights)
  if (missing.length > 0) {
    const message = `The ${whose} may not ${missing.join(', ')}; mode ${desired.mode} needs that.`
    return no('ModeVerified', 'warning', 'RightsMissing', message)
  }
  if (desired.agent?.mode === 'full' && desired.mode === 'read-only') {
    const wanting = missingFor('full', facts.rights)
    if (wanting.length > 0) {
      const message = `The agent runs in mode full, but may not ${wanting.join(', ')}: the mode stays read-only until it may.`
      return no('ModeVerified', 'warning', 'FullNotGranted', message)
    }
  }
  if (desired.mode === 'full') return yes('ModeVerified', 'RightsSuffice', `The ${whose} may do what full mode needs.`)
  const { beyond } = facts.rights
  const message =
    beyond.length === 0
      ? `The ${whose} itself may only read.`
      : `The hub sends nothing but reads, though the ${whose} may also ${beyond.join(', ')}.`
  const alone = desired.agent === null ? 'CredentialReadsOnly' : 'AgentReadsOnly'
  return yes('ModeVerified', beyond.length === 0 ? alone : 'HubReadsOnly', message)
}

const minorOf = (version: string): [number, number] | null => {
  const match = /^v?(\d{1,5})\.(\d{1,5})\./.exec(version)
  return match ? [Number(match[1]), Number(match[2])] : null
}

/** Whether the agent is of the hub's version, or near enough. */
export function agentFinding({ version, hubVersion }: AgentSaid): Finding {
  if (version === null) return unknown('AgentCurrent', 'NotJoined', 'The agent has not said its version yet.')
  if (version === hubVersion) {
    return yes('AgentCurrent', 'Current', `The agent has the version of the hub, ${version}.`)
  }
  const both = `The agent has version ${version}, and the hub ${hubVersion}`
  const upgrade = 'Bring it to the hub’s version: moorage agent upgrade'
  const [agent, hub] = [minorOf(version), minorOf(hubVersion)]
  if (agent === null || hub === null) {
    return no('AgentCurrent', 'info', 'Differs', `${both}; whether they work together is not known. ${upgrade}.`)
  }
  const behind = hub[0] === agent[0] ? hub[1] - agent[1] : (hub[0] - agent[0]) * Number.POSITIVE_INFINITY
  if (behind < 0) {
    const message = `${both}, which is older and may not understand all that it says. Upgrade the hub, or go back to its version of the agent: moorage agent upgrade.`
    return no('AgentCurrent', 'warning', 'Newer', message)
  }
  if (behind === 0) return no('AgentCurrent', 'info', 'OtherPatch', `${both}; they work together.`)
  if (behind <= AGENT_MINORS) {
    return no('AgentCurrent', 'info', 'Older', `${both}; they work together. ${upgrade}.`)
  }
  const far = `${both}: more than ${AGENT_MINORS} minor versions apart they are not tried together. ${upgrade}; of a read-only cluster its owner applies the manifest that this prints.`
  return no('AgentCurrent', 'warning', 'TooOld', far)
}

/** Whether the nodes that were read last are ready. */
export function nodesFinding({ nodeCount, readyNodeCount }: Facts): Finding {
  if (nodeCount === null || readyNodeCount === null) return unknown('NodesReady', 'NotRead', 'No nodes were read yet.')
  if (nodeCount === 0) return yes('NodesReady', 'NoNodes', 'The cluster has no nodes.')
  const missing = nodeCount - readyNodeCount
  if (missing <= 0) return yes('NodesReady', 'AllReady', `All nodes are ready: ${nodeCount}.`)
  return no(
    'NodesReady',
    'warning',
    'NotReady',
    `${missing} of ${nodeCount} nodes ${missing === 1 ? 'is' : 'are'} not ready.`,
  )
}

/** How far the inventory is. */
export function inventoryFinding(inventory: InventoryObserved | null): Finding {
  if (inventory === null) return no('InventorySynced', 'info', 'NotStarted', 'The inventory is not being read yet.')
  const by = (state: string) => inventory.kinds.filter(kind => kind.state === state).map(({ kind }) => kind)
  const forbidden = by('forbidden')
  const failed = by('failed')
  if (failed.length > 0) {
    return no('InventorySynced', 'info', 'Failing', `These kinds can not be read now: ${failed.join(', ')}.`)
  }
  if (!inventory.complete) {
    const message = `${by('watching').length} of ${inventory.kinds.length} kinds are read.`
    return no('InventorySynced', 'info', 'Reading', message)
  }
  if (forbidden.length > 0) {
    return no('InventorySynced', 'info', 'Partial', `These kinds may not be read: ${forbidden.join(', ')}.`)
  }
  return yes('InventorySynced', 'Followed', 'Every kind was read once and is followed since.')
}

/** Whether the cluster serves metrics. */
export function metricsFinding({ metrics }: Facts): Finding {
  if (metrics === null)
    return unknown('MetricsAvailable', 'NotLooked', 'It was not looked yet whether metrics are served.')
  if (metrics) return yes('MetricsAvailable', 'Served', 'The cluster serves metrics.k8s.io.')
  return no(
    'MetricsAvailable',
    'info',
    'NoMetricsServer',
    'The cluster does not serve metrics.k8s.io: it has no metrics-server.',
  )
}

/** A finding about what can not be looked at now: what it said before is kept as a word on the past. */
export const stale = (finding: Finding, before: Condition | undefined, since: string): Finding => {
  const past = before && before.reason !== 'Stale' && before.status !== 'Unknown' ? before.message : null
  const kept = before?.reason === 'Stale' ? before.message : null
  return unknown(finding.type, 'Stale', kept ?? `${since}${past ? ` Before that: ${past}` : ''}`)
}
