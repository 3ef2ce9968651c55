import { Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core'
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useIdentity } from './use-identity.ts'
import { useSignOut } from './use-sign-out.ts'

/** Who is signed in, and the way out. */
export function IdentityMenu() {
  const identity = useIdentity().data
  const signOut = useSignOut()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  if (!identity) return null
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={ref => (
        <MenuToggle
          ref={ref}
          variant="plainText"
          icon={<UserIcon />}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          aria-label={`Signed in as ${identity.name}`}
        >
          <span className="identity-name">{identity.name}</span>
        </MenuToggle>
      )}
    >
      <DropdownGroup label={identity.kind === 'token' ? `Token "${identity.name}"` : identity.name}>
        <DropdownList>
          <DropdownItem isDisabled description={identity.groups.join(', ') || 'no groups'}>
            Groups
          </DropdownItem>
          <DropdownItem onClick={() => void navigate({ to: '/account' })}>My account</DropdownItem>
          <DropdownItem onClick={() => signOut.mutate()}>Sign out</DropdownItem>
        </DropdownList>
      </DropdownGroup>
    </Dropdown>
  )
}
