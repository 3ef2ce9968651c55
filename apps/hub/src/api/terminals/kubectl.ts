import { PROMPT_PROTOCOL } from '@moorage/contract/terminal.ts'
import { recordingPolicyOf } from '../../store/recordings.ts'
import { globalFlags, kubectlCommands } from '../../terminals/kubectl-commands.ts'
import { requireKubectl } from '../../terminals/no-kubectl.ts'
import { requireTerminal } from '../../terminals/settings.ts'
import { os } from '../context.ts'
import { requireVisibleCluster } from '../rights.ts'

const isGlobal = (flag: string) => globalFlags.some(each => each === flag)

export const kubectl = os.terminals.kubectl.handler(async ({ context, input }) => {
  const { deps } = context
  requireTerminal('kubectl', deps.info.terminals)
  requireKubectl(deps.terminalRunner)
  const cluster = await requireVisibleCluster(context, input.cluster)
  const recording = (await recordingPolicyOf(deps.store.db, cluster.id)) ?? deps.recordingPolicy
  const commands = kubectlCommands.map(({ name, flags }) => ({
    name,
    flags: [...flags.keys()].filter(flag => !isGlobal(flag)),
  }))
  return { protocol: PROMPT_PROTOCOL, commands, globalFlags: [...globalFlags], recording }
})
