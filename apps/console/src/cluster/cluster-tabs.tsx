import { Link, useLocation } from '@tanstack/react-router'
import { useTerminals } from '../terminal/use-terminals.ts'

const tabs = [
  { to: '/clusters/$cluster', end: '', label: 'Overview' },
  { to: '/clusters/$cluster/nodes', end: '/nodes', label: 'Nodes' },
  { to: '/clusters/$cluster/workloads', end: '/workloads', label: 'Workloads' },
  { to: '/clusters/$cluster/pods', end: '/pods', label: 'Pods' },
  { to: '/clusters/$cluster/events', end: '/events', label: 'Events' },
  { to: '/clusters/$cluster/metrics', end: '/metrics', label: 'Metrics' },
  { to: '/clusters/$cluster/kubectl', end: '/kubectl', label: 'kubectl' },
] as const

/** The pages of one cluster. They are links, so each can be opened, kept and sent on its own. */
export function ClusterTabs({ cluster }: { cluster: string }) {
  const path = useLocation({ select: location => location.pathname.replace(/\/$/, '') })
  const terminals = useTerminals()
  const base = `/clusters/${encodeURIComponent(cluster)}`
  // A hub without the prompt has no tab for it; its address still says why.
  const shown = tabs.filter(({ end }) => end !== '/kubectl' || terminals?.kubectl === true || path.endsWith(end))
  return (
    <nav className="pf-v6-c-tabs pf-m-nav cluster-tabs" aria-label={`Pages of ${cluster}`}>
      <ul className="pf-v6-c-tabs__list">
        {shown.map(tab => {
          const here = path === `${base}${tab.end}`
          const current = here || (tab.end === '/pods' && path === `${base}/terminal`)
          return (
            <li key={tab.label} className={`pf-v6-c-tabs__item${current ? ' pf-m-current' : ''}`}>
              <Link
                to={tab.to}
                params={{ cluster }}
                className="pf-v6-c-tabs__link"
                {...(current && { 'aria-current': here ? ('page' as const) : ('true' as const) })}
              >
                <span className="pf-v6-c-tabs__item-text">{tab.label}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
