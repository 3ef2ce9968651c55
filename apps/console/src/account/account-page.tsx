import { PageSection } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { useTitle } from '../shell/use-title.ts'
import { KubeconfigCard } from './kubeconfig-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { TokensCard } from './tokens-card.tsx'
import { WhoCard } from './who-card.tsx'

/** Who I am here, and what I am let in by. */
export function AccountPage() {
  useTitle('My account')
  const hub = useHub()
  const account = useQuery({ queryKey: keys.account, queryFn: ({ signal }) => hub.account.get(undefined, { signal }) })
  return (
    <>
      <PageHeading title="My account" />
      <PageSection isFilled aria-label="My account" className="account">
        {account.isError && <TroubleAlert error={account.error} retry={() => account.refetch()} />}
        {account.data && <WhoCard account={account.data} />}
        <KubeconfigCard isUser={account.data?.identity.kind === 'user'} />
        <SessionsCard />
        <TokensCard isUser={account.data?.identity.kind === 'user'} />
        {account.data?.user?.source === 'local' && <PasswordCard />}
      </PageSection>
    </>
  )
}
