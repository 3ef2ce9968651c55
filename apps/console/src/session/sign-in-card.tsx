import {
  Alert,
  Button,
  Card,
  CardBody,
  CardFooter,
  CardTitle,
  Content,
  Divider,
  Skeleton,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { PasswordForm } from './password-form.tsx'
import { signInTrouble } from './sign-in-trouble.ts'
import { TokenForm } from './token-form.tsx'

/** Where one is now, to be there again after signing in at an issuer. */
const here = () => {
  const query = new URLSearchParams(window.location.search)
  query.delete('trouble')
  return `${window.location.pathname}${query.size > 0 ? `?${query}` : ''}`
}

/** The ways in: the issuers, a password, an admin token. */
export function SignInCard() {
  const hub = useHub()
  const ways = useQuery({ queryKey: keys.signIn, queryFn: ({ signal }) => hub.signIn.ways(undefined, { signal }) })
  const [chosen, setChosen] = useState<'password' | 'token' | null>(null)
  const trouble = signInTrouble(window.location.search)
  const issuers = ways.data?.issuers ?? []
  // A hub that was just started knows nobody yet: its operator comes with the token that it has printed.
  const way = chosen ?? (ways.data === undefined || ways.data.users ? 'password' : 'token')
  if (ways.isPending) return <Skeleton height="16rem" screenreaderText="Loading the ways to sign in" />
  return (
    <Card className="sign-in__card">
      <CardTitle component="h2">Sign in</CardTitle>
      <CardBody className="sign-in__ways">
        {trouble !== null && <Alert variant="danger" isInline component="h3" role="alert" title={trouble} />}
        {issuers.map(({ name, label, start }) => (
          <Button
            key={name}
            component="a"
            variant="secondary"
            isBlock
            href={`${start}?then=${encodeURIComponent(here())}`}
          >
            Sign in with {label}
          </Button>
        ))}
        {issuers.length > 0 && <Divider />}
        {way === 'password' ? <PasswordForm /> : <TokenForm />}
        {way === 'token' && (
          <Content component="small" className="sign-in__hint">
            The hub printed an admin token when it first started. With <code>--bootstrap-token-file</code> it is the one
            in that file.
          </Content>
        )}
      </CardBody>
      <CardFooter>
        <Button variant="link" isInline onClick={() => setChosen(way === 'password' ? 'token' : 'password')}>
          {way === 'password' ? 'Sign in with an admin token' : 'Sign in with a password'}
        </Button>
      </CardFooter>
    </Card>
  )
}
