import { Content, PageSection } from '@patternfly/react-core'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useTitle } from '../shell/use-title.ts'
import { Where } from '../shell/where.tsx'

const ways = [
  {
    to: '/add/agent',
    label: 'By agent',
    says: 'For clusters that the hub can not reach, and owners that give no kubeconfig away: an agent in the cluster dials out.',
  },
  {
    to: '/add/kubeconfig',
    label: 'By kubeconfig',
    says: 'For clusters that the hub reaches itself. Nothing is installed in them.',
  },
] as const

/** A cluster that exists comes into the fleet. Each way has an address of its own. */
export function AddPage() {
  useTitle('Add a cluster')
  const path = useLocation({ select: location => location.pathname.replace(/\/$/, '') })
  const current = ways.find(({ to }) => to === path) ?? ways[0]
  return (
    <>
      <PageSection className="heading heading--cluster" aria-label="Heading">
        <Where page="Add a cluster" />
        <div>
          <Content component="h1">Add a cluster</Content>
          <p className="quiet">{current.says}</p>
        </div>
      </PageSection>
      <nav className="pf-v6-c-tabs pf-m-nav cluster-tabs" aria-label="Ways to add a cluster">
        <ul className="pf-v6-c-tabs__list">
          {ways.map(({ to, label }) => (
            <li key={to} className={`pf-v6-c-tabs__item${to === current.to ? ' pf-m-current' : ''}`}>
              <Link
                to={to}
                className="pf-v6-c-tabs__link"
                {...(to === current.to && { 'aria-current': 'page' as const })}
              >
                <span className="pf-v6-c-tabs__item-text">{label}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <PageSection isFilled aria-label="Form">
        <Outlet />
      </PageSection>
    </>
  )
}
