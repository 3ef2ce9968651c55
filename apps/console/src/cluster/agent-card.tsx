import type { AgentInfo } from '@moorage/contract/cluster.ts'
import { Card, CardBody, CardTitle, DescriptionList, List, ListItem } from '@patternfly/react-core'
import { Age } from '../format/age.tsx'
import { Fact } from './fact.tsx'

/** The agent that the cluster is reached through, and the tunnels that it holds. */
export function AgentCard({ agent }: { agent: AgentInfo }) {
  return (
    <Card isFullHeight>
      <CardTitle component="h2">Agent</CardTitle>
      <CardBody>
        <DescriptionList isHorizontal isCompact aria-label="Agent" className="facts">
          <Fact term="Version">{agent.version ?? 'not known until it has joined'}</Fact>
          <Fact term="Manifest">{agent.mode === null ? 'not applied yet' : `${agent.mode} mode`}</Fact>
          <Fact term="Namespace">{agent.namespace}</Fact>
          {agent.proxied && <Fact term="Way">through a proxy</Fact>}
          {agent.proxy !== null && (
            <Fact term="Proxy">
              <List isPlain aria-label="Proxy">
                {proxyLines(agent).map(line => (
                  <ListItem key={line} className="breakable">
                    {line}
                  </ListItem>
                ))}
              </List>
            </Fact>
          )}
          <Fact term="Tunnels">
            {agent.connections.length === 0 ? (
              'none now'
            ) : (
              <List isPlain aria-label="Tunnels">
                {agent.connections.map(({ agent: pod, replica, since, idle, busy }) => (
                  <ListItem key={`${pod} ${replica}`}>
                    <span className="breakable">{pod}</span>, {busy} busy and {idle} idle, since{' '}
                    <Age at={since} suffix />
                  </ListItem>
                ))}
              </List>
            )}
          </Fact>
        </DescriptionList>
      </CardBody>
    </Card>
  )
}

/** The proxy settings that its import asks for. */
const proxyLines = ({ proxy, proxyNeededForHub, mode }: AgentInfo): string[] => [
  ...(proxy?.https ? [`https: ${proxy.https}`] : []),
  ...(proxy?.http ? [`http: ${proxy.http}`] : []),
  ...(proxy?.no ? [`not for ${proxy.no}`] : []),
  ...(proxyNeededForHub && mode === 'read-only' ? ['only for reaching the hub'] : []),
]
