import { Nav, NavItem, NavList } from '@patternfly/react-core'
import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon'
import { Link, useLocation } from '@tanstack/react-router'

const pages = [
  { to: '/', label: 'Fleet', under: ['/clusters', '/add'] },
  { to: '/search', label: 'Search', under: ['/search'] },
  { to: '/receipts', label: 'Receipts', under: ['/receipts'] },
] as const

/** The pages of the console. */
export function SideNav({ onChoose }: { onChoose: () => void }) {
  const path = useLocation({ select: location => location.pathname })
  const isAt = (page: (typeof pages)[number]) => path === page.to || page.under.some(prefix => path.startsWith(prefix))
  return (
    <Nav aria-label="Pages">
      <NavList>
        {pages.map(page => (
          <NavItem key={page.to} isActive={isAt(page)}>
            <Link to={page.to} onClick={onChoose} {...(isAt(page) && { 'aria-current': 'page' as const })}>
              {page.label}
            </Link>
          </NavItem>
        ))}
        <NavItem>
          <a href="/api/docs" target="_blank" rel="noreferrer">
            API <ExternalLinkAltIcon className="quiet" />
            <span className="pf-v6-screen-reader">(opens in a new tab)</span>
          </a>
        </NavItem>
      </NavList>
    </Nav>
  )
}
