import { isUnlimited, type Limits } from '@moorage/contract/limits.ts'
import { Card, CardBody, CardTitle, DescriptionList } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { Fact } from './fact.tsx'

/** When, from where and by what the cluster may be used. Nothing, where there are no limits. */
export function LimitsCard({ name }: { name: string }) {
  const hub = useHub()
  const { data } = useQuery({
    queryKey: keys.limits(name),
    queryFn: ({ signal }) => hub.limits.list({ kind: 'cluster', name }, { signal }),
  })
  const limits = data?.items[0]
  if (limits === undefined || isUnlimited(limits)) return null
  return (
    <Card>
      <CardTitle component="h2">Limits</CardTitle>
      <CardBody>
        <DescriptionList isHorizontal isCompact aria-label="Limits" className="facts">
          <LimitFacts limits={limits} />
        </DescriptionList>
      </CardBody>
    </Card>
  )
}

function LimitFacts({ limits: { noCli, noWebTerminal, hours, from } }: { limits: Limits }) {
  return (
    <>
      {noCli && <Fact term="kubectl and other clients">not allowed</Fact>}
      {noWebTerminal && <Fact term="Terminals in the console">not allowed</Fact>}
      {hours.length > 0 && <Fact term="Hours">{hours.join('; ')}</Fact>}
      {from.length > 0 && <Fact term="From">{from.join(', ')}</Fact>}
    </>
  )
}
