import type { Cluster } from '@moorage/contract/cluster.ts'
import { ActionGroup, Alert, Button, Card, CardBody, CardTitle } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { CheckSteps } from './check-steps.tsx'
import type { Check } from './use-check.ts'

interface ConnectedProps {
  check: Check
  cluster: Cluster
  onAnother: () => void
}

/** What a connect came to: the steps stay in sight, as some may have a warning. */
export function Connected({ check, cluster: { name }, onAnother }: ConnectedProps) {
  return (
    <Card>
      <CardTitle component="h2">{name} is connected</CardTitle>
      <CardBody className="connected">
        <Alert isInline isPlain component="h3" variant="success" title="The hub reads what is in it now.">
          The kubeconfig is sealed in the hub and gone from this page.
        </Alert>
        <CheckSteps check={check} />
        <ActionGroup>
          <Link to="/clusters/$cluster" params={{ cluster: name }} className="pf-v6-c-button pf-m-primary">
            Open {name}
          </Link>
          <Button variant="link" onClick={onAnother}>
            Connect another one
          </Button>
        </ActionGroup>
      </CardBody>
    </Card>
  )
}
