import type { Identity } from '@moorage/contract/hub.ts'
import { PROMPT_PROTOCOL } from '@moorage/contract/terminal.ts'
import { MoorageError } from '../../errors.ts'
import { type Recording, startRecording } from '../../recordings/recorder.ts'
import { recordingPolicyOf } from '../../store/recordings.ts'
import type { ApiDeps } from '../deps.ts'

export interface PromptOf {
  id: string
  who: Identity
  address: string
  cluster: { id: string; name: string }
}

/** Begins to record a prompt; null where that is not to be, or can not be and does not have to. */
export async function beginPromptRecording(
  deps: Pick<ApiDeps, 'store' | 'sealer' | 'now' | 'log' | 'recordingPolicy'>,
  { id, who, address, cluster }: PromptOf,
  stop: (because: string) => void,
): Promise<Recording | null> {
  const failed = (err: unknown) => deps.log.error({ err, request: id }, 'A prompt could not be recorded.')
  const policy = (await recordingPolicyOf(deps.store.db, cluster.id)) ?? deps.recordingPolicy
  if (policy === 'off') return null
  try {
    return await startRecording(
      { ...deps, clock: () => performance.now(), failed },
      {
        id,
        who,
        source: address,
        cluster: { id: cluster.id, name: cluster.name },
        session: { kind: 'kubectl', namespace: '', pod: '', container: null, command: ['kubectl'], tty: true },
        protocol: PROMPT_PROTOCOL,
        policy,
      },
      stop,
    )
  } catch (error) {
    failed(error)
    if (policy !== 'record-or-refuse') return null
    throw new MoorageError(
      'recording_unavailable',
      'What is done in this cluster must be recorded, and the recording could not begin.',
    )
  }
}
