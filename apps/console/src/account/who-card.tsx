import type { Account } from '@moorage/contract/sign-in.ts'
import { Card, CardBody, CardTitle, DescriptionList } from '@patternfly/react-core'
import { Fact } from '../cluster/fact.tsx'

/** Who one is, as the hub sees it. */
export function WhoCard({ account: { identity, user } }: { account: Account }) {
  return (
    <Card>
      <CardTitle component="h2">Who I am</CardTitle>
      <CardBody>
        <DescriptionList isHorizontal isCompact aria-label="Who I am">
          <Fact term="Name">{identity.name}</Fact>
          {user !== null && user.displayName !== '' && <Fact term="Full name">{user.displayName}</Fact>}
          {user?.email && <Fact term="Email">{user.email}</Fact>}
          <Fact term="Signs in">
            {user === null
              ? 'with an admin token'
              : user.source === 'local'
                ? 'with a password of this hub'
                : `at the issuer ${user.source}`}
          </Fact>
          <Fact term="Groups">{identity.groups.join(', ') || 'none that the issuer named'}</Fact>
        </DescriptionList>
      </CardBody>
    </Card>
  )
}
