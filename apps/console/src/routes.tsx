import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { AddPage } from './add/add-page.tsx'
import { AgentPage } from './add/agent-page.tsx'
import { KubeconfigPage } from './add/kubeconfig-page.tsx'
import { ClusterPage } from './cluster/cluster-page.tsx'
import { OverviewTab } from './cluster/overview-tab.tsx'
import { EventsTab } from './events/events-tab.tsx'
import { FleetPage } from './fleet/fleet-page.tsx'
import { readFleetSearch } from './fleet/search-params.ts'
import { NodesTab } from './nodes/nodes-tab.tsx'
import { ReceiptsPage } from './receipts/receipts-page.tsx'
import { SearchPage } from './search/search-page.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { Shell } from './shell/shell.tsx'
import { TroublePage } from './shell/trouble-page.tsx'
import { WorkloadsTab } from './workloads/workloads-tab.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFoundPage /> })

const fleet = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readFleetSearch,
  component: FleetPage,
})
const cluster = createRoute({ getParentRoute: () => root, path: '/clusters/$cluster', component: ClusterPage })
const overview = createRoute({ getParentRoute: () => cluster, path: '/', component: OverviewTab })
const nodes = createRoute({ getParentRoute: () => cluster, path: '/nodes', component: NodesTab })
const workloads = createRoute({ getParentRoute: () => cluster, path: '/workloads', component: WorkloadsTab })
const events = createRoute({ getParentRoute: () => cluster, path: '/events', component: EventsTab })
const metrics = createRoute({
  getParentRoute: () => cluster,
  path: '/metrics',
  component: lazyRouteComponent(() => import('./metrics/metrics-tab.tsx'), 'MetricsTab'),
})
const add = createRoute({ getParentRoute: () => root, path: '/add', component: AddPage })
const addFirst = createRoute({
  getParentRoute: () => add,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/add/agent', replace: true })
  },
})
const addByAgent = createRoute({ getParentRoute: () => add, path: '/agent', component: AgentPage })
const addByKubeconfig = createRoute({ getParentRoute: () => add, path: '/kubeconfig', component: KubeconfigPage })
const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: (raw: Record<string, unknown>): { find?: string } =>
    raw.find === undefined || raw.find === '' ? {} : { find: String(raw.find) },
  component: SearchPage,
})
const receipts = createRoute({ getParentRoute: () => root, path: '/receipts', component: ReceiptsPage })

const tree = root.addChildren([
  fleet,
  cluster.addChildren([overview, nodes, workloads, events, metrics]),
  add.addChildren([addFirst, addByAgent, addByKubeconfig]),
  search,
  receipts,
])

/** The console's addresses. */
export function newRouter() {
  return createRouter({
    routeTree: tree,
    defaultPreload: false,
    defaultErrorComponent: ({ error, reset }) => <TroublePage error={error} retry={reset} />,
  })
}

/** See `newRouter`. */
export type Router = ReturnType<typeof newRouter>

declare module '@tanstack/react-router' {
  interface Register {
    router: Router
  }
}
