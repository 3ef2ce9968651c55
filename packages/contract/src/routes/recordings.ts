import { z } from 'zod'
import { ClusterRef, pageOf } from '../common.ts'
import { ClusterRecording, FoundRecording, RecordingDetail, RecordingPolicy, RecordingsQuery } from '../recording.ts'
import { route } from './route.ts'

const tags = ['audit']
const ById = z.strictObject({ id: z.string().min(1).max(100).describe('Id of the recording') })
const known = route.meta({ errors: ['not_found'] })

export const recordings = {
  list: route
    .route({
      method: 'GET',
      path: '/recordings',
      tags,
      summary: 'List recorded sessions, newest first',
      description:
        'With `typed`, those in which somebody typed that: lines are sealed, so the newest 2,000 sessions that fit otherwise are looked through for a page, and `next` goes on from there; `total` is then of the page, and one more where there may be others.',
    })
    .input(RecordingsQuery)
    .output(pageOf(FoundRecording)),
  get: known
    .route({
      method: 'GET',
      path: '/recordings/{id}',
      tags,
      summary: 'One recorded session, and what was typed in it',
      description:
        'Lines that were sent off in a terminal, as they stood on the screen: with what was completed, without what was not shown.',
    })
    .input(ById)
    .output(RecordingDetail),
  delete: known
    .route({
      method: 'DELETE',
      path: '/recordings/{id}',
      tags,
      summary: 'Delete a recording',
      description: 'Who had which session when stays in the audit log.',
    })
    .input(ById)
    .output(z.object({ deleted: z.string().describe('Id of the recording') })),
  policy: route
    .route({
      method: 'GET',
      path: '/clusters/{cluster}/recording',
      tags,
      summary: 'Whether sessions in a cluster are recorded',
      description: 'The cluster’s own setting, and what holds: where it has none, the hub’s.',
    })
    .input(ClusterRef.strict())
    .output(ClusterRecording),
  setPolicy: route
    .route({
      method: 'PUT',
      path: '/clusters/{cluster}/recording',
      tags,
      summary: 'Say whether sessions in a cluster are recorded',
      description: 'For sessions that begin from then on.',
    })
    .input(ClusterRef.extend({ policy: RecordingPolicy.nullable() }).strict())
    .output(ClusterRecording),
}
