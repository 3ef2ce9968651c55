import type { Cluster } from '@moorage/contract/cluster.ts'
import { Card, CardBody, CardTitle, ClipboardCopy, DescriptionList } from '@patternfly/react-core'
import { Labels } from '../fleet/labels.tsx'
import { Age } from '../format/age.tsx'
import { Fact } from './fact.tsx'

/** How each connection is called for people. */
const connections: Record<Cluster['connection'], string> = {
  agent: 'agent in the cluster',
  direct: 'direct, by kubeconfig',
  cloud: 'cloud credentials',
}

/** What the cluster is, and what led to that. */
export function FactsCard({ cluster }: { cluster: Cluster }) {
  const { distribution, provider, instanceTypes, zones } = cluster
  return (
    <Card isFullHeight>
      <CardTitle component="h2">Facts</CardTitle>
      <CardBody>
        <DescriptionList isHorizontal isCompact aria-label="Facts" className="facts">
          <Fact term="Distribution" detected={distribution} />
          <Fact term="Provider" detected={provider} />
          <Fact term="Version">{cluster.version ?? 'unknown'}</Fact>
          <Fact term="Region">{cluster.region ?? 'no node says'}</Fact>
          {zones.length > 0 && <Fact term="Zones">{zones.join(', ')}</Fact>}
          {instanceTypes.length > 0 && (
            <Fact term="Instance types">{instanceTypes.map(({ name, count }) => `${count} × ${name}`).join(', ')}</Fact>
          )}
          <Fact term="Labels">
            <Labels labels={cluster.labels} shown={4} />
          </Fact>
          <Fact term="Origin">{cluster.origin}</Fact>
          <Fact term="Connection">{connections[cluster.connection]}</Fact>
          <Fact term="Known since">
            <Age at={cluster.createdAt} suffix />
          </Fact>
          <Fact term="Mode">{cluster.mode}</Fact>
          <Fact term="UID">
            {cluster.uid === null ? (
              'not known until its agent has joined'
            ) : (
              <ClipboardCopy
                variant="inline-compact"
                isCode
                hoverTip="Copy"
                clickTip="Copied"
                copyAriaLabel="Copy the UID"
              >
                {cluster.uid}
              </ClipboardCopy>
            )}
          </Fact>
        </DescriptionList>
      </CardBody>
    </Card>
  )
}
