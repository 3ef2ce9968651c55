import { recordingPolicy } from '../access/recording-policy.ts'
import { MoorageError } from '../errors.ts'
import { type Recording, startRecording } from '../recordings/recorder.ts'
import { type Agreed, canBeRead } from '../recordings/tap.ts'
import { type RecordingPolicy, recordingPolicyOf } from '../store/recordings.ts'
import type { ProxyDeps } from './deps.ts'
import type { Admitted, Asked } from './gate.ts'
import { wanted } from './rights.ts'
import { goesAroundRecording, sessionOf } from './session-of.ts'

/** What is to be done about recording a request. */
export interface RecordingPlan {
  policy: RecordingPolicy
  /** Whether it is a session that is to be recorded. */
  records: boolean
}

const mustBeRecorded = (why: string) =>
  new MoorageError('recording_unavailable', `Sessions must be recorded here, and this one can not be: ${why}`)

/** Looks before anything is asked of the member. Throws what no session may get around. */
export async function planRecording(
  deps: Pick<ProxyDeps, 'store' | 'recordingPolicy' | 'rolesOnRecording'>,
  { authenticated, member, parsed }: Pick<Admitted, 'authenticated' | 'member' | 'parsed'>,
): Promise<RecordingPlan> {
  const session = sessionOf(parsed)
  const around = goesAroundRecording(parsed)
  if (session === null && !around) return { policy: 'off', records: false }
  const policy = recordingPolicy({
    hub: deps.recordingPolicy,
    cluster: (await recordingPolicyOf(deps.store.db, member.facts.id)) ?? null,
    roles: deps.rolesOnRecording(authenticated.identity, wanted(parsed, member.facts)),
  })
  if (around && policy === 'record-or-refuse') throw mustBeRecorded('it opens a way past exec and attach.')
  return { policy, records: session !== null && policy !== 'off' }
}

/** Begins the recording of a session; null where it goes on without. */
export async function beginRecording(
  deps: ProxyDeps,
  asked: Asked,
  { authenticated, member, parsed, trail }: Admitted,
  { policy, records }: RecordingPlan,
  agreed: Agreed,
  stop: (because: string) => void,
): Promise<Recording | null> {
  const session = sessionOf(parsed)
  if (!records || session === null || policy === 'off') return null
  const { id, name } = member.facts
  try {
    if (!canBeRead(agreed)) throw new Error(`The protocol "${agreed.protocol.slice(0, 50)}" is none that can be read.`)
    const recording = await startRecording(
      {
        store: deps.store,
        sealer: deps.sealer,
        now: deps.now,
        clock: () => performance.now(),
        failed: err => deps.log.error({ err, request: asked.id }, 'A session could not be recorded.'),
      },
      {
        id: asked.id,
        who: authenticated.identity,
        source: asked.address,
        cluster: { id, name },
        session,
        protocol: agreed.upgrade === 'websocket' ? agreed.protocol || 'websocket' : agreed.upgrade,
        policy,
      },
      stop,
    )
    trail.more({ recording: recording.id })
    return recording
  } catch (error) {
    deps.log.error({ err: error, request: asked.id }, 'A session could not be recorded.')
    if (policy === 'record-or-refuse') throw mustBeRecorded('the recording could not begin.')
    return null
  }
}
