import { Content } from '@patternfly/react-core'
import { Logo } from '../shell/logo.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ThemeMenu } from '../theme/theme-menu.tsx'
import { SignInCard } from './sign-in-card.tsx'

/** What everybody sees who is not signed in, at whatever address: after signing in they are where they wanted to be. */
export function SignInPage() {
  useTitle('Sign in')
  return (
    <div className="sign-in">
      <header className="sign-in__top">
        <ThemeMenu />
      </header>
      <main className="sign-in__main">
        <div className="sign-in__brand">
          <Logo size={56} />
          <div>
            <Content component="h1" className="sign-in__name">
              Moorage
            </Content>
            <Content component="p">The place where your Kubernetes clusters come together.</Content>
          </div>
        </div>
        <SignInCard />
      </main>
    </div>
  )
}
