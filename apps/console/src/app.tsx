import type { MoorageClient } from '@moorage/client/client.ts'
import { Bullseye, Spinner } from '@patternfly/react-core'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { HubProvider } from './api/hub-context.tsx'
import { Clock } from './format/clock.tsx'
import { LiveProvider } from './live/live-provider.tsx'
import type { Router } from './routes.tsx'
import { SignInPage } from './session/sign-in-page.tsx'
import { useIdentity } from './session/use-identity.ts'
import { TroublePage } from './shell/trouble-page.tsx'
import { ThemeProvider } from './theme/theme-provider.tsx'

interface AppProps {
  client: MoorageClient
  queries: QueryClient
  router: Router
}

/** The whole console. */
export function App({ client, queries, router }: AppProps) {
  return (
    <ThemeProvider>
      <HubProvider client={client}>
        <QueryClientProvider client={queries}>
          <Clock>
            <Gate router={router} />
          </Clock>
        </QueryClientProvider>
      </HubProvider>
    </ThemeProvider>
  )
}

/** Lets nobody past who is not signed in. */
function Gate({ router }: { router: Router }) {
  const identity = useIdentity()
  if (identity.isPending)
    return (
      <Bullseye>
        <Spinner aria-label="Loading the console" />
      </Bullseye>
    )
  if (identity.isError) return <TroublePage error={identity.error} retry={() => identity.refetch()} />
  if (identity.data === null) return <SignInPage />
  return (
    <LiveProvider>
      <RouterProvider router={router} />
    </LiveProvider>
  )
}
