import { ActionGroup, Button } from '@patternfly/react-core'

/** The one button of a form for signing in. */
export function SubmitButton({
  children,
  busy,
  pending,
  ready,
}: {
  children: string
  /** What it says meanwhile. */
  busy: string
  pending: boolean
  ready: boolean
}) {
  return (
    <ActionGroup>
      <Button type="submit" isBlock isLoading={pending} isDisabled={pending || !ready}>
        {pending ? busy : children}
      </Button>
    </ActionGroup>
  )
}
