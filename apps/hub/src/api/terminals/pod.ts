import { POD_TERMINAL_PROTOCOLS } from '@moorage/contract/terminal.ts'
import { decide } from '../../access/decide.ts'
import { recordingPolicy, rolesOnRecording } from '../../access/recording-policy.ts'
import { MoorageError, notAllowed } from '../../errors.ts'
import { judge } from '../../kubeproxy/gate.ts'
import { parse } from '../../kubeproxy/parse.ts'
import { Refusal } from '../../kubeproxy/refusal.ts'
import { wanted } from '../../kubeproxy/rights.ts'
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
  const [who, policy, now] = [whoAsks(context), deps.policy.current(), deps.now()]
  const exec = parsed(execTarget(input))
  const decision = judge(
    { decide: (who, request) => decide(who, request, policy, now) },
    { identity: who },
    exec,
    cluster,
  )
  if (!decision.allowed) throw notAllowed(decision.because)
  const recording = recordingPolicy({
    hub: deps.recordingPolicy,
    cluster: (await recordingPolicyOf(deps.store.db, cluster.id)) ?? null,
    roles: rolesOnRecording(who, wanted(exec, cluster), policy, now),
  })
  return { protocols: [...POD_TERMINAL_PROTOCOLS], command, recording }
})
