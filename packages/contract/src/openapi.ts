import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import type { z } from 'zod'
import * as access from './access.ts'
import * as audit from './audit.ts'
import * as cluster from './cluster.ts'
import { type ErrorCode, errorTable } from './errors.ts'
import * as explain from './explain.ts'
import * as group from './group.ts'
import * as hub from './hub.ts'
import * as inventory from './inventory.ts'
import * as issuer from './issuer.ts'
import { LIVE_TYPE, LiveCheck } from './live-check.ts'
import { auditExportPath, castPath } from './openapi-audit.ts'
import { backupPath } from './openapi-backup.ts'
import { Problem } from './problem.ts'
import * as project from './project.ts'
import * as recording from './recording.ts'
import * as roleRequest from './role-request.ts'
import { AgentOutcome, CaRotation, LiveRollOut, RollOut, RollOutStep } from './roll-out.ts'
import { router } from './router.ts'
import type { RouteMeta } from './routes/route.ts'
import * as serviceAccount from './service-account.ts'
import * as signIn from './sign-in.ts'
import * as terminal from './terminal.ts'
import * as user from './user.ts'

/** Every route may answer with these: even one that takes nothing refuses a parameter that it does not know. */
const always: readonly ErrorCode[] = [
  'bad_request',
  'unauthenticated',
  'forbidden',
  'too_many_requests',
  'internal',
  'audit_unavailable',
  'unavailable',
]

const schemas: Readonly<Record<string, z.ZodType>> = {
  Phase: cluster.Phase,
  Mode: cluster.Mode,
  Origin: cluster.Origin,
  ConnectionKind: cluster.ConnectionKind,
  Condition: cluster.Condition,
  Detected: cluster.Detected,
  CredentialInfo: cluster.CredentialInfo,
  Capability: cluster.Capability,
  Resources: cluster.Resources,
  Cluster: cluster.Cluster,
  CheckStep: cluster.CheckStep,
  Connected: cluster.Connected,
  LiveCheck,
  AgentOutcome,
  RollOut,
  RollOutStep,
  CaRotation,
  LiveRollOut,
  ObjectRef: cluster.ObjectRef,
  DisconnectPreview: cluster.DisconnectPreview,
  Receipt: cluster.Receipt,
  HubInfo: hub.HubInfo,
  Identity: hub.Identity,
  Session: hub.Session,
  Token: hub.Token,
  CreatedToken: hub.CreatedToken,
  Change: hub.Change,
  InventoryKind: inventory.InventoryKind,
  Node: inventory.Node,
  Workload: inventory.Workload,
  InventoryObject: inventory.InventoryObject,
  Event: inventory.Event,
  Metrics: inventory.Metrics,
  AuditLine: audit.AuditLine,
  AuditHead: audit.AuditHead,
  AuditVerdict: audit.AuditVerdict,
  Recording: recording.Recording,
  FoundRecording: recording.FoundRecording,
  RecordingDetail: recording.RecordingDetail,
  ClusterRecording: recording.ClusterRecording,
  SyncState: inventory.SyncState,
  Subject: access.Subject,
  Role: access.Role,
  Scope: access.Scope,
  Binding: access.Binding,
  Project: project.Project,
  ProjectRemoval: project.ProjectRemoval,
  Group: group.Group,
  Explanation: explain.Explanation,
  WhoCan: explain.WhoCan,
  User: user.User,
  CreatedUser: user.CreatedUser,
  PasswordReset: user.PasswordReset,
  Revocation: user.Revocation,
  ServiceAccount: serviceAccount.ServiceAccount,
  Issuer: issuer.Issuer,
  OwnerOfToken: hub.OwnerOfToken,
  TokenScope: hub.TokenScope,
  SignInWays: signIn.SignInWays,
  SessionEntry: signIn.SessionEntry,
  DeviceCode: signIn.DeviceCode,
  DeviceAsking: signIn.DeviceAsking,
  DeviceAnswer: signIn.DeviceAnswer,
  LentToken: signIn.LentToken,
  Account: signIn.Account,
  RoleRequest: roleRequest.RoleRequest,
  Terminals: terminal.Terminals,
  PodTerminal: terminal.PodTerminal,
  KubectlPrompt: terminal.KubectlPrompt,
  PromptRequest: terminal.PromptRequest,
  PromptMessage: terminal.PromptMessage,
  Problem,
}
const bodies: Readonly<Record<string, z.ZodType>> = {
  ConnectCluster: cluster.ConnectCluster,
  CreateToken: hub.CreateToken,
  CreateSession: hub.CreateSession,
}

const common = (all: Readonly<Record<string, z.ZodType>>, strategy: 'input' | 'output') =>
  Object.entries(all).map(([name, schema]) => [name, { schema, strategy }] as const)

/** Codes that a route may answer with, by status. */
function errorsByStatus(route: { path: string; method: string; meta: RouteMeta }) {
  const codes = new Set<ErrorCode>([...always, ...route.meta.errors])
  if (route.method !== 'GET') for (const code of ['too_large', 'unsupported_media_type'] as const) codes.add(code)
  if (route.path.includes('{cluster}')) codes.add('cluster_not_found')
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = errorTable[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return [...byStatus].sort(([a], [b]) => a - b)
}

/** The answers of a route that failed, for its `responses`. */
export function problemResponses(route: Parameters<typeof errorsByStatus>[0]): Operation['responses'] {
  return Object.fromEntries(
    errorsByStatus(route).map(([status, codes]) => [
      String(status),
      {
        description: codes.map(code => `\`${code}\`: ${errorTable[code].title}.`).join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

/** The OpenAPI 3.1 document of the whole API. `version` is the hub's. */
export async function openApiDocument(version: string): Promise<Record<string, unknown>> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const generated = await generator.generate(router, {
    info: {
      title: 'Moorage API',
      version,
      description:
        'Every Kubernetes cluster of an organisation in one place: connect, see, let go.\n\nSend `Authorization: Bearer TOKEN`. Lists are paged: `next` of one page is `continue` of the following one. Every failure is an RFC 9457 problem document with a stable `code`, a sentence in `detail`, and in `fix` what would be right.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    tags: [
      { name: 'clusters', description: 'Clusters known to the hub: connect, look, change, let go.' },
      { name: 'inventory', description: 'What is in the clusters, as last seen. No request here dials a cluster.' },
      { name: 'agents', description: 'Agents of many clusters at once: settings and versions.' },
      { name: 'projects', description: 'Clusters that belong together.' },
      { name: 'access', description: 'Who may do what: roles, bindings, groups.' },
      { name: 'hub', description: 'The hub itself.' },
      { name: 'audit', description: 'Who did what.' },
      { name: 'terminals', description: 'Shells in pods and a prompt for kubectl, as in the console.' },
      { name: 'tokens', description: 'Credentials for programs and people.' },
      { name: 'users', description: 'People, machines, and where people sign in.' },
      { name: 'session', description: 'Signing in, and what comes of it.' },
    ],
    security: [{ bearer: [] }, { session: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of this hub.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-moorage',
          description: 'The cookie of `POST /session`; on a hub without TLS it is called `moorage`.',
        },
      },
    },
    commonSchemas: Object.fromEntries([...common(schemas, 'output'), ...common(bodies, 'input')]),
  })
  const document = JSON.parse(JSON.stringify(generated)) as { paths: Record<string, Record<string, Operation>> }
  for (const [area, procedures] of Object.entries(router)) {
    for (const [operation, contract] of Object.entries(procedures)) {
      const { method, path } = contract['~orpc'].route
      const target = document.paths[path ?? '']?.[method?.toLowerCase() ?? '']
      if (target === undefined) throw new Error(`The generated document lacks ${area}.${operation}.`)
      const meta = contract['~orpc'].meta as RouteMeta
      Object.assign(target.responses, problemResponses({ path: path ?? '', method: method ?? '', meta }))
      if (meta.live) Object.assign(target.responses, liveResponse(target.responses, meta.live))
    }
  }
  tidy(document)
  document.paths['/audit/export'] = auditExportPath(problemResponses) as Record<string, Operation>
  document.paths['/recordings/cast'] = castPath(problemResponses) as Record<string, Operation>
  document.paths['/admin/backup'] = backupPath(problemResponses) as Record<string, Operation>
  return document as unknown as Record<string, unknown>
}

/** The stream of steps comes with 200, whatever the status of the other answer is. */
function liveResponse(responses: Operation['responses'], name: string) {
  const { description = 'The steps as they pass', content = {} } = responses['200'] ?? {}
  const stream = { [LIVE_TYPE]: { schema: { $ref: `#/components/schemas/${name}` } } }
  return { '200': { description, content: { ...content, ...stream } } }
}

/** Takes out what the generator adds and our API does not have: nested query objects, and the bounds of every integer. */
function tidy(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const node = value as Record<string, unknown>
  if (node.in === 'query') for (const key of ['style', 'explode', 'allowEmptyValue', 'allowReserved']) delete node[key]
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum
  for (const member of Object.values(node)) tidy(member)
}

interface Operation {
  requestBody?: unknown
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>
}
