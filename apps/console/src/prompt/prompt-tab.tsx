import { Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { Prompt } from './prompt.tsx'

const route = getRouteApi('/clusters/$cluster/kubectl')

/** The prompt of a cluster, where the hub has one and lets one use it. */
export function PromptTab() {
  const { cluster } = route.useParams()
  const hub = useHub()
  const takes = useQuery({
    queryKey: keys.prompt(cluster),
    queryFn: ({ signal }) => hub.terminals.kubectl({ cluster }, { signal }),
  })
  // What was run must not vanish because a later answer fails.
  if (takes.data !== undefined) return <Prompt key={cluster} cluster={cluster} takes={takes.data} />
  return takes.isError ? (
    <TroubleAlert error={takes.error} retry={() => takes.refetch()} />
  ) : (
    <Skeleton height="20rem" screenreaderText="Asking whether there is a prompt" />
  )
}
