import { Button, Card, CardBody, CardTitle, Content, Flex } from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { saveText } from '../cluster/save-text.ts'
import { Command } from '../shell/command.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { type KubeconfigKind, kubeconfigFile } from './kubeconfig-file.ts'

/** How to get a kubeconfig of all clusters: by the command line, or as a file. */
export function KubeconfigCard({ isUser }: { isUser: boolean }) {
  const hub = useHub()
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: async (kind: KubeconfigKind) =>
      saveText('moorage.kubeconfig', await kubeconfigFile(hub, kind, new Date())),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  })
  const button = (kind: KubeconfigKind, words: string) => (
    <Button
      variant="secondary"
      isDisabled={save.isPending}
      isLoading={save.isPending && save.variables === kind}
      onClick={() => save.mutate(kind)}
    >
      {words}
    </Button>
  )
  return (
    <Card>
      <CardTitle component="h2">My kubeconfig</CardTitle>
      <CardBody className="account__card">
        <Content component="p">
          One file for all clusters that you may use. It holds no credential: kubectl asks the <code>moorage</code>{' '}
          command for one each time.
        </Content>
        <Command label="Sign in">{`moorage login ${window.location.origin}`}</Command>
        <Command label="Write the kubeconfig">moorage kubeconfig --merge</Command>
        {isUser && (
          <Content component="p">
            Where the <code>moorage</code> command can not be installed, a file with a token of yours in it does, for 8
            hours: keep it to yourself, and revoke it below when you are done.
          </Content>
        )}
        {save.isError && <TroubleAlert error={save.error} />}
        <Flex>
          {button('plugin', 'Download the file')}
          {isUser && button('token', 'Download one with a token')}
        </Flex>
      </CardBody>
    </Card>
  )
}
