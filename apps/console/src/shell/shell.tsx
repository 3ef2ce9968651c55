import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  Page,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
} from '@patternfly/react-core'
import { Link, Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { ConnectionBanner } from '../live/connection-banner.tsx'
import { LiveMark } from '../live/live-mark.tsx'
import { SearchBox } from '../search/search-box.tsx'
import { IdentityMenu } from '../session/identity-menu.tsx'
import { ThemeMenu } from '../theme/theme-menu.tsx'
import { Logo } from './logo.tsx'
import { SideNav } from './side-nav.tsx'

/** px below which the navigation lies over the page and closes after a choice; PatternFly's own limit. */
const NARROW = 1200
const MAIN = 'main'

/** The frame around every page: brand, search, identity, navigation. */
export function Shell() {
  const [open, setOpen] = useState(() => window.innerWidth >= NARROW)
  return (
    <Page
      mainContainerId={MAIN}
      mainTabIndex={0}
      isContentFilled
      skipToContent={<SkipToContent href={`#${MAIN}`}>Skip to content</SkipToContent>}
      banner={<ConnectionBanner />}
      onPageResize={(_event, { windowSize }) => {
        if (windowSize < NARROW) setOpen(false)
      }}
      masthead={
        <Masthead>
          <MastheadMain>
            <MastheadToggle>
              <PageToggleButton
                isHamburgerButton
                aria-label="Navigation"
                isSidebarOpen={open}
                onSidebarToggle={() => setOpen(!open)}
              />
            </MastheadToggle>
            <MastheadBrand>
              <MastheadLogo component={props => <Link {...props} to="/" />}>
                <span className="brand">
                  <Logo size={30} />
                  <span>Moorage</span>
                </span>
              </MastheadLogo>
            </MastheadBrand>
          </MastheadMain>
          <MastheadContent className="masthead-content">
            <SearchBox />
            <LiveMark />
            <ThemeMenu />
            <IdentityMenu />
          </MastheadContent>
        </Masthead>
      }
      sidebar={
        <PageSidebar isSidebarOpen={open}>
          <PageSidebarBody>
            <SideNav
              onChoose={() => {
                if (window.innerWidth < NARROW) setOpen(false)
              }}
            />
          </PageSidebarBody>
        </PageSidebar>
      }
    >
      <Outlet />
    </Page>
  )
}
