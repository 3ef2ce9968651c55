import { ClusterRef } from '../common.ts'
import { KubectlPrompt, OpenPodTerminal, PodTerminal } from '../terminal.ts'
import { route } from './route.ts'

const tags = ['terminals']

export const terminals = {
  pod: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/terminal/pod',
      tags,
      summary: 'A shell in a pod, as a WebSocket',
      description:
        'Upgraded to a WebSocket by one of Kubernetes’ own sub-protocols, it is a terminal in the container: the same as `exec` by `/k8s/{cluster}`, with the same rights, recording and audit. Without an upgrade it tells whether the rules allow it, which a browser is not told when a WebSocket is refused.',
    })
    .input(ClusterRef.extend(OpenPodTerminal.shape).strict())
    .output(PodTerminal)
    .meta({ errors: ['terminal_off'] }),
  kubectl: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/terminal/kubectl',
      tags,
      summary: 'A prompt for kubectl, as a WebSocket',
      description:
        'Upgraded to a WebSocket by the sub-protocol `prompt.moorage.dev.v1`, it runs lines of kubectl in the name of who asks: messages are `PromptRequest` and `PromptMessage`. Without an upgrade it tells what it takes.',
    })
    .input(ClusterRef.strict())
    .output(KubectlPrompt)
    .meta({ errors: ['terminal_off', 'kubectl_missing'] }),
}
