import { addAbortSignal, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MoorageError } from '../../errors.ts'
import { recordingUnknown } from '../../recordings/list.ts'
import { playRecording } from '../../recordings/play.ts'
import { findRecording } from '../../store/recordings.ts'
import { audited } from '../audited.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { BACKUP_STALL_MS } from '../limits.ts'
import { admitRaw } from './admit-raw.ts'

/** A recorded session as asciicast v2. Who plays it is in the audit log before its first byte is sent. */
export async function cast(deps: ApiDeps, exchange: Exchange): Promise<void> {
  const { decision, authenticated, detail } = await admitRaw(deps, exchange, 'raw.cast')
  if (authenticated === null) throw new MoorageError('unauthenticated', 'The request carries no credential.')
  const id = exchange.query.get('id') ?? ''
  if (id.includes('\0')) throw recordingUnknown('')
  const recording = await findRecording(deps.store.db, id)
  if (recording === undefined) throw recordingUnknown(id)
  const note = { clusterId: recording.cluster_id, target: `recordings/${id}`, who: authenticated.identity }
  const more = { ...detail, namespace: recording.namespace, name: recording.pod, recording: id }
  const action = { action: 'raw.cast', because: decision.because, note, successStatus: 200, detail: more }
  await audited(deps, exchange, action, async () => {
    const { response } = exchange
    response.writeHead(200, {
      'content-type': 'application/x-asciicast',
      'content-disposition': `attachment; filename="${recording.id}.cast"`,
    })
    response.setTimeout(BACKUP_STALL_MS, () => response.destroy())
    const credential = deps.live.follow(authenticated)
    try {
      await pipeline(Readable.from(playRecording(deps, recording.id)), addAbortSignal(credential.signal, response))
    } finally {
      credential.done()
    }
  })
}
