import type { IncomingHttpHeaders } from 'node:http'
import type { AccessRequest, Decision } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { Logger } from 'pino'
import type { Asker } from '../access/arrival.ts'
import type { Authenticated } from '../access/identity.ts'
import type { Live } from '../access/live.ts'
import type { SignInLimit } from '../access/sign-in-limit.ts'
import type { Audit } from '../audit/audit.ts'
import type { BatchedAudit } from '../audit/batched.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Sealer } from '../connections/sealing.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { RecordingPolicy } from '../store/recordings.ts'
import type { Store } from '../store/store.ts'
import type { Crowd } from './crowd.ts'
import type { Grants } from './grants.ts'
import type { Members } from './members.ts'
import type { Wanted } from './rights.ts'
import type { Standing } from './standing.ts'

/** What passing requests on to members needs. */
export interface ProxyDeps {
  /** Who sent these headers, from which address. Throws `unauthenticated`. */
  authenticate: (headers: IncomingHttpHeaders, address: string) => Promise<Authenticated>
  decide: (who: Asker, request: AccessRequest) => Decision
  /** Groups of somebody: those that they signed in with, and the hub's own that they are in now. */
  groupsOf: (who: Identity) => readonly string[]
  /** What the roles that let somebody do this say about recording it. */
  rolesOnRecording: (who: Identity, requests: readonly Wanted[]) => readonly (RecordingPolicy | undefined)[]
  members: Members
  store: Pick<Store, 'db'>
  sealer: Sealer
  /** Of clusters that have none of their own. */
  recordingPolicy: RecordingPolicy
  bodies: Bodies
  grants: Grants
  audit: Audit
  reads: BatchedAudit
  live: Live
  standing: Standing
  crowd: Crowd
  signIns: SignInLimit
  metrics: Pick<Metrics, 'auditFailed'>
  log: Logger
  now: () => Date
  info: { publicUrl: string }
  secure: boolean
}
