import { Alert, Button, Content, Flex } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { useIdentity } from '../session/use-identity.ts'

interface LetInProps {
  /** Who asks, in words. */
  children: ReactNode
  pending: boolean
  onAnswer: (allow: boolean) => void
}

/** Asks whether a command line is let in as the person who is signed in. */
export function LetIn({ children, pending, onAnswer }: LetInProps) {
  const identity = useIdentity().data
  if (identity?.kind !== 'user')
    return (
      <Alert variant="warning" isInline component="h2" title="Only a user can let a command line in">
        <Content component="p">
          You are signed in with an admin token. Give it to the command line with{' '}
          <code>moorage login --token-file FILE</code>, or sign in as a user.
        </Content>
      </Alert>
    )
  return (
    <>
      {children}
      <Content component="p">
        It may do all that <strong>{identity.name}</strong> may, for 12 hours or until you end its token in your
        account. Only let it in if you have just started it yourself.
      </Content>
      <Flex>
        <Button isDisabled={pending} isLoading={pending} onClick={() => onAnswer(true)}>
          Let it in
        </Button>
        <Button variant="secondary" isDisabled={pending} onClick={() => onAnswer(false)}>
          Refuse
        </Button>
      </Flex>
    </>
  )
}
