import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { AccountPage } from './account/account-page.tsx'
import { CommandLinePage } from './account/command-line-page.tsx'
import { readCommandLine } from './account/command-line-search.ts'
import { DevicePage } from './account/device-page.tsx'
import { AddPage } from './add/add-page.tsx'
import { AgentPage } from './add/agent-page.tsx'
import { KubeconfigPage } from './add/kubeconfig-page.tsx'
import { ClusterPage } from './cluster/cluster-page.tsx'
import { OverviewTab } from './cluster/overview-tab.tsx'
import { EventsTab } from './events/events-tab.tsx'
import { FleetPage } from './fleet/fleet-page.tsx'
import { readFleetSearch } from './fleet/search-params.ts'
import { NodesTab } from './nodes/nodes-tab.tsx'
import { PodsTab } from './pods/pods-tab.tsx'
import { ReceiptsPage } from './receipts/receipts-page.tsx'
import { SearchPage } from './search/search-page.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { Shell } from './shell/shell.tsx'
import { TroublePage } from './shell/trouble-page.tsx'
import { readTerminalSearch } from './terminal/terminal-search.ts'
import { WorkloadsTab } from './workloads/workloads-tab.tsx'

const readFind = (raw: Record<string, unknown>): { find?: string } =>
  raw.find === undefined || raw.find === '' ? {} : { find: String(raw.find) }

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
const pods = createRoute({
  getParentRoute: () => cluster,
  path: '/pods',
  validateSearch: readFind,
  component: PodsTab,
})
const terminal = createRoute({
  getParentRoute: () => cluster,
  path: '/terminal',
  validateSearch: readTerminalSearch,
  component: lazyRouteComponent(() => import('./terminal/terminal-tab.tsx'), 'TerminalTab'),
})
const kubectl = createRoute({
  getParentRoute: () => cluster,
  path: '/kubectl',
  component: lazyRouteComponent(() => import('./prompt/prompt-tab.tsx'), 'PromptTab'),
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
  validateSearch: readFind,
  component: SearchPage,
})
const account = createRoute({ getParentRoute: () => root, path: '/account', component: AccountPage })
const commandLine = createRoute({
  getParentRoute: () => root,
  path: '/command-line',
  validateSearch: readCommandLine,
  component: CommandLinePage,
})
const device = createRoute({ getParentRoute: () => root, path: '/device', component: DevicePage })
const receipts = createRoute({ getParentRoute: () => root, path: '/receipts', component: ReceiptsPage })

const tree = root.addChildren([
  fleet,
  cluster.addChildren([overview, nodes, workloads, pods, events, metrics, terminal, kubectl]),
  add.addChildren([addFirst, addByAgent, addByKubeconfig]),
  search,
  receipts,
  account,
  commandLine,
  device,
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
