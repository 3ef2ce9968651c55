import { POD_TERMINAL_PROTOCOLS } from '@moorage/contract/terminal.ts'
import { decide } from '../../access/decide.ts'
import { MoorageError, notAllowed } from '../../errors.ts'
import { judge } from '../../kubeproxy/gate.ts'
import { parse } from '../../kubeproxy/parse.ts'
import { Refusal } from '../../kubeproxy/refusal.ts'
import { recordingPolicyOf } from '../../store/recordings.ts'
import { commandOf, execTarget } from '../../terminals/pod-exec.ts'
import { requireTerminal } from '../../terminals/settings.ts'
import { os, whoAsks } from '../context.ts'
import { requireVisibleCluster } from '../rights.ts'

const UPGRADE = ['connection', 'Upgrade', 'upgrade', 'websocket']

/** The request that the terminal is, as the proxy understands it. */
function parsed(target: string) {
  try {
    return parse({ method: 'GET', target, headers: UPGRADE })
  } catch (error) {
    if (error instanceof Refusal) throw new MoorageError('bad_request', error.message)
    throw error
  }
}

export const pod = os.terminals.pod.handler(async ({ context, input: { cluster: ref, ...input } }) => {
  const { deps } = context
  requireTerminal('pod', deps.info.terminals)
  const command = commandOf(input)
  const cluster = await requireVisibleCluster(context, ref)
  const decision = judge(
    { decide: (who, request) => decide(who, request, deps.policy.current(), deps.now()) },
    { identity: whoAsks(context) },
    parsed(execTarget(input)),
    cluster,
  )
  if (!decision.allowed) throw notAllowed(decision.because)
  const recording = (await recordingPolicyOf(deps.store.db, cluster.id)) ?? deps.recordingPolicy
  return { protocols: [...POD_TERMINAL_PROTOCOLS], command, recording }
})
