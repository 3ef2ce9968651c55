import { Card, CardBody, CardTitle, Content } from '@patternfly/react-core'
import { Command } from '../shell/command.tsx'

/** How to get a kubeconfig of all clusters. */
export function KubeconfigCard() {
  return (
    <Card>
      <CardTitle component="h2">My kubeconfig</CardTitle>
      <CardBody className="account__card">
        <Content component="p">
          One file for all clusters that you may use. It holds no credential: kubectl asks the <code>moorage</code>{' '}
          command for one each time.
        </Content>
        <Command label="Sign in">{`moorage login ${window.location.origin}`}</Command>
        <Command label="Write the kubeconfig">moorage kubeconfig --merge</Command>
      </CardBody>
    </Card>
  )
}
