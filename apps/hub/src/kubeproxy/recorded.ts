import { recordingPolicy } from '../access/recording-policy.ts'
import { MoorageError } from '../errors.ts'
import { readsProtocol } from '../recordings/channel-reader.ts'
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

/** Leaves the two ends nothing to agree on that could not be read. */
function offerReadable({ parsed, outgoing }: Admitted): void {
  const offered = outgoing.headers['sec-websocket-protocol']
  if (parsed.upgrade !== 'websocket' || offered === undefined) return
  const readable = [offered]
    .flat()
    .flatMap(each => each.split(','))
    .map(protocol => protocol.trim())
    .filter(readsProtocol)
  if (readable.length === 0) throw mustBeRecorded('its client offers no protocol that can be read.')
  outgoing.headers['sec-websocket-protocol'] = readable.join(', ')
}

/**
 * Begins the recording of a session; null where it goes on without. The member
 * is asked after that: a command runs from then on, whoever hears of it.
 */
export async function beginRecording(
  deps: ProxyDeps,
  asked: Asked,
  admitted: Admitted,
  { policy, records }: RecordingPlan,
  stop: (because: string) => void,
): Promise<Recording | null> {
  const { authenticated, member, parsed, trail } = admitted
  const session = sessionOf(parsed)
  if (!records || session === null || policy === 'off') return null
  const { id, name } = member.facts
  if (policy === 'record-or-refuse') offerReadable(admitted)
  try {
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
        protocol: parsed.upgrade ?? '',
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

/** There was no session: nothing says that there is a recording of it. */
export async function cancelRecording(recording: Recording | null, { trail }: Pick<Admitted, 'trail'>): Promise<null> {
  await recording?.cancel()
  trail.more({ recording: null })
  return null
}

/** Goes on with a recording in what was agreed on; null where that can not be read, and does not have to be. */
export async function recordAs(
  deps: Pick<ProxyDeps, 'log'>,
  admitted: Admitted,
  { policy }: RecordingPlan,
  recording: Recording | null,
  agreed: Agreed,
): Promise<Recording | null> {
  if (recording === null) return null
  const { upgrade, protocol } = agreed
  if (canBeRead(agreed)) {
    recording.agreed(upgrade === 'websocket' ? protocol || upgrade : upgrade)
    return recording
  }
  const name = protocol.slice(0, 50)
  deps.log.error({ protocol: name, request: recording.id }, 'A session could not be recorded.')
  if (policy === 'record-or-refuse') throw mustBeRecorded(`the protocol "${name}" is none that can be read.`)
  return cancelRecording(recording, admitted)
}
