import type { Capability } from '@moorage/contract/cluster.ts'
import { Card, CardBody, CardTitle, Icon } from '@patternfly/react-core'
import BanIcon from '@patternfly/react-icons/dist/esm/icons/ban-icon'
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon'

/** What can be done with the cluster now, and why other things can not. */
export function CapabilitiesCard({ capabilities }: { capabilities: Capability[] }) {
  const sorted = [...capabilities].sort((a, b) => Number(b.allowed) - Number(a.allowed))
  return (
    <Card isFullHeight>
      <CardTitle component="h2">What it allows</CardTitle>
      <CardBody>
        {/* biome-ignore lint/a11y/noRedundantRoles: a list without bullets is no list to some screen readers */}
        <ul className="capabilities" role="list">
          {sorted.map(({ name, allowed, because }) => (
            <li key={name}>
              <Icon {...(allowed && { status: 'success' as const })}>
                {allowed ? <CheckCircleIcon /> : <BanIcon />}
              </Icon>
              <span className="two-lines">
                <span>
                  {name.replaceAll('-', ' ')}
                  <span className="pf-v6-screen-reader">: {allowed ? 'allowed' : 'not allowed'}</span>
                </span>
                <span className="quiet">{because}</span>
              </span>
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  )
}
