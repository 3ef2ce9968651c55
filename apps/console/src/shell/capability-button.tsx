import type { Capability, CapabilityName } from '@moorage/contract/cluster.ts'
import { Button, type ButtonProps, Tooltip } from '@patternfly/react-core'

interface CapabilityButtonProps extends Omit<ButtonProps, 'isAriaDisabled'> {
  capabilities: readonly Capability[]
  needs: CapabilityName
}

/** A button for something that a cluster may not allow: then it stays where it is, can be reached, and says why. */
export function CapabilityButton({ capabilities, needs, ...button }: CapabilityButtonProps) {
  const refused = capabilities.find(({ name, allowed }) => name === needs && !allowed)
  if (refused === undefined) return <Button {...button} />
  return (
    <Tooltip content={refused.because}>
      <Button {...button} isAriaDisabled />
    </Tooltip>
  )
}
