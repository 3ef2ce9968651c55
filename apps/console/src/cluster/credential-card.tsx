import type { Cluster, CredentialInfo } from '@moorage/contract/cluster.ts'
import { Alert, Card, CardBody, CardTitle, DescriptionList } from '@patternfly/react-core'
import { useNow } from '../format/clock.tsx'
import { date, dateTime } from '../format/time.ts'
import { Command } from '../shell/command.tsx'
import { type Expiry, expiry } from './expiry.ts'
import { Fact } from './fact.tsx'

/** What the hub signs in to the cluster with, without the secret of it. */
export function CredentialCard({ cluster }: { cluster: Cluster }) {
  const { credential } = cluster
  return (
    <Card isFullHeight>
      <CardTitle component="h2">Credential</CardTitle>
      <CardBody>
        {credential === null ? (
          <p className="quiet">The hub holds no credential of this cluster.</p>
        ) : (
          <Credential credential={credential} name={cluster.name} />
        )}
      </CardBody>
    </Card>
  )
}

function Credential({ credential, name }: { credential: CredentialInfo; name: string }) {
  const now = useNow()
  const until = expiry(credential.expiresAt, now)
  return (
    <>
      <ExpiryAlert until={until} name={name} />
      {credential.insecureSkipTlsVerify && (
        <Alert
          isInline
          isPlain
          component="h3"
          variant="warning"
          title="The certificate of the API server is not verified."
        >
          Anybody on the way can read and change what is sent. A kubeconfig with the cluster’s CA mends that.
        </Alert>
      )}
      <DescriptionList isHorizontal isCompact aria-label="Credential" className="facts">
        <Fact term="Kind">{credential.kind === 'token' ? 'ServiceAccount or bearer token' : 'client certificate'}</Fact>
        <Fact term="User">{credential.user ?? 'the credential does not say'}</Fact>
        <Fact term="Expires">
          {credential.expiresAt === null ? (
            'never'
          ) : (
            <time dateTime={credential.expiresAt} title={dateTime(credential.expiresAt)}>
              {date(credential.expiresAt)}
              {'left' in until ? `, in ${until.left}` : ''}
            </time>
          )}
        </Fact>
        <Fact term="Server">
          <span className="breakable">{credential.server}</span>
        </Fact>
        <Fact term="Context">{credential.context}</Fact>
        {credential.proxyUrl !== null && <Fact term="Proxy">{credential.proxyUrl}</Fact>}
        {credential.tlsServerName !== null && <Fact term="TLS name">{credential.tlsServerName}</Fact>}
      </DescriptionList>
    </>
  )
}

function ExpiryAlert({ until, name }: { until: Expiry; name: string }) {
  if (until.state === 'unbounded' || until.state === 'far') return null
  const title = until.state === 'expired' ? `Expired ${until.since} ago` : `Expires in ${until.left}`
  return (
    <Alert
      isInline
      component="h3"
      variant={until.state === 'soon' ? 'warning' : 'danger'}
      title={title}
      className="expiry"
    >
      Give the hub a new kubeconfig of the same cluster:
      <Command label="Command that replaces the kubeconfig">
        {`moorage cluster replace-kubeconfig ${name} --kubeconfig FILE`}
      </Command>
    </Alert>
  )
}
