import type { HubInfo } from '@moorage/contract/hub.ts'
import type { Logger } from 'pino'
import type { Cutting } from '../access/cutting.ts'
import type { IssuerClients } from '../access/issuer-client.ts'
import type { KnownCredentials } from '../access/known-credentials.ts'
import type { Live } from '../access/live.ts'
import type { PolicySource } from '../access/policy-source.ts'
import type { SignInLimit } from '../access/sign-in-limit.ts'
import type { RotateCaDeps } from '../agents/rotate-ca.ts'
import type { Audit, OnAuditFailure } from '../audit/audit.ts'
import type { BatchedAudit } from '../audit/batched.ts'
import type { HeadKey } from '../audit/head-key.ts'
import type { Grants } from '../kubeproxy/grants.ts'
import type { Members as Ways } from '../kubeproxy/members.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { RecordingPolicy } from '../store/recordings.ts'
import type { Store } from '../store/store.ts'
import type { Runner } from '../terminals/run-kubectl.ts'
import type { Changes } from '../work/changes.ts'
import type { AgentCallLimits } from './raw/agent-limits.ts'

/** What the operations of the API work with. */
export interface ApiDeps extends RotateCaDeps {
  store: Store
  changes: Changes
  audit: Audit
  /** The audit of what only reads. */
  reads: BatchedAudit
  headKey: HeadKey
  /** What becomes of a request that can not be audited. */
  onAuditFailure: OnAuditFailure
  /** Who may do what. */
  policy: PolicySource
  /** Whether sessions are recorded, in clusters that have no setting of their own. */
  recordingPolicy: RecordingPolicy
  /** The ways to clusters for people’s requests, and their rights in them. */
  ways: Ways
  grants: Grants
  metrics: Metrics
  live: Live
  /** Whom the credentials of requests to clusters stand for. */
  credentials: KnownCredentials
  /** Cuts on every replica. */
  cutting: Cutting
  /** Fires when the hub will stop, while it still takes requests. */
  leaving: AbortSignal
  signIns: SignInLimit
  /** Where people sign in whose passwords the hub does not know. */
  issuers: IssuerClients
  agentCalls: AgentCallLimits
  log: Logger
  info: Omit<HubInfo, 'proofKey'>
  /** What the kubectl prompt runs; null where there is no kubectl. */
  terminalRunner: Runner | null
  /** Whether browsers reach the hub by TLS: then cookies are Secure. */
  secure: boolean
}
