import { EmptyState, EmptyStateBody, Skeleton } from '@patternfly/react-core'
import TerminalIcon from '@patternfly/react-icons/dist/esm/icons/terminal-icon'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { PodTerminal } from './pod-terminal.tsx'

const route = getRouteApi('/clusters/$cluster/terminal')

/** A shell in the pod that the address names, where the hub allows one. */
export function TerminalTab() {
  const { cluster } = route.useParams()
  const { namespace = '', pod = '', container } = route.useSearch()
  const hub = useHub()
  const named = namespace !== '' && pod !== ''
  const allowed = useQuery({
    queryKey: keys.podTerminal(cluster, { namespace, pod }),
    queryFn: ({ signal }) => hub.terminals.pod({ cluster, namespace, pod }, { signal }),
    enabled: named,
  })
  if (!named)
    return (
      <EmptyState headingLevel="h2" icon={TerminalIcon} titleText="Which pod?">
        <EmptyStateBody>
          Each row of the{' '}
          <Link to="/clusters/$cluster/pods" params={{ cluster }}>
            pods
          </Link>{' '}
          leads to its terminal.
        </EmptyStateBody>
      </EmptyState>
    )
  // Once it was allowed the terminal stays where it is: what it shows must not vanish because a later answer fails.
  if (allowed.data === undefined)
    return allowed.isError ? (
      <TroubleAlert error={allowed.error} retry={() => allowed.refetch()} />
    ) : (
      <Skeleton height="20rem" screenreaderText="Asking whether a terminal is allowed" />
    )
  return (
    <PodTerminal
      key={`${cluster}/${namespace}/${pod}`}
      cluster={cluster}
      namespace={namespace}
      pod={pod}
      container={container}
      recording={allowed.data.recording}
    />
  )
}
