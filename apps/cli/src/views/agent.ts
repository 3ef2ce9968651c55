import type { AgentInfo } from '@moorage/contract/cluster.ts'
import { age } from '../print/age.ts'
import { clean } from '../print/clean.ts'
import type { Field } from '../print/fields.ts'

/** What is known of a cluster's agent, for `describe`. */
export const agentFields = (agent: AgentInfo, joined: boolean, now: Date): Field[] => [
  ['Version', clean(agent.version ?? 'not known until it has joined')],
  ['Manifest', joined ? `${agent.mode ?? 'unknown'} mode` : `${agent.mode ?? 'unknown'} mode, waits to be applied`],
  ['Namespace', agent.namespace],
  ['Key', agent.key ?? 'none yet'],
  ...(agent.proxied ? [['Way', 'through a proxy'] as Field] : []),
  ...(agent.proxy ? [['Proxy', proxyLines(agent)] as Field] : []),
  [
    'Tunnels',
    agent.connections.length === 0
      ? 'none'
      : agent.connections.map(
          ({ agent: pod, replica, since, idle, busy }) =>
            `${clean(pod)} to ${clean(replica)} for ${age(since, now)}: ${busy} busy, ${idle} idle`,
        ),
  ],
]

/** The proxy settings that its manifest has. */
const proxyLines = ({ proxy, proxyNeededForHub, mode }: AgentInfo): string[] => [
  ...(proxy?.https ? [`https: ${clean(proxy.https)}`] : []),
  ...(proxy?.http ? [`http: ${clean(proxy.http)}`] : []),
  ...(proxy?.no ? [`not for: ${clean(proxy.no)}`] : []),
  ...(proxyNeededForHub && mode === 'read-only' ? ['only for reaching the hub, which can not be reached without'] : []),
]
