import { Alert, Content, PageSection } from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useHub } from '../api/hub-context.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { useTitle } from '../shell/use-title.ts'
import { answerUrl } from './command-line-search.ts'
import { LetIn } from './let-in.tsx'

/** The page that `moorage login` opens: lets the command line on this machine in. */
export function CommandLinePage() {
  useTitle('Command line')
  const hub = useHub()
  const { port, state, challenge, client } = useSearch({ from: '/command-line' })
  const answer = useMutation({
    mutationFn: async (allow: boolean) => {
      if (port === undefined || state === undefined || challenge === undefined) return
      const given = allow ? await hub.signIn.lend({ challenge, client: client ?? '' }) : { error: 'refused' }
      window.location.assign(answerUrl(port, { ...given, state }))
    },
  })
  return (
    <>
      <PageHeading title="Let the command line in?" />
      <PageSection isFilled aria-label="Command line" className="account">
        {answer.isError && <TroubleAlert error={answer.error} />}
        {port === undefined ? (
          <Alert variant="danger" isInline component="h2" title="This is not the address that a command line opens">
            <Content component="p">
              Run <code>moorage login</code> again.
            </Content>
          </Alert>
        ) : (
          <LetIn pending={answer.isPending || answer.isSuccess} onAnswer={allow => answer.mutate(allow)}>
            <Content component="p">
              A command line on this machine{client ? ` (${client})` : ''} asks to be let in.
            </Content>
          </LetIn>
        )}
      </PageSection>
    </>
  )
}
