import { z } from 'zod'
import { Instant, Name } from './common.ts'
import { RoleRecording } from './recording.ts'
import { parseSelector, SelectorError } from './selector.ts'

/** What users, groups and service accounts may be called. Also safe in a header, a label selector of an audit log and a path. */
export const SubjectName = z
  .string()
  .regex(/^[a-z0-9._@:+-]{1,100}$/, 'must be 1 to 100 of a-z, 0-9 and ". _ @ : + -"')
  .describe('Name of a user, group or service account')
export type SubjectName = z.infer<typeof SubjectName>

/** What roles and bindings may be called: a DNS label. */
export const AccessName = Name

export const Subject = z
  .strictObject({ kind: z.enum(['user', 'group', 'service-account']), name: SubjectName })
  .meta({ id: 'Subject', examples: [{ kind: 'group', name: 'payments' }] })
export type Subject = z.infer<typeof Subject>

/** Things of Moorage that a permission can be about. */
export const Resource = z.enum([
  'clusters',
  'agents',
  'kubeconfigs',
  'inventory',
  'events',
  'metrics',
  'receipts',
  'hub',
  'identity',
  'changes',
  'projects',
  'roles',
  'bindings',
  'limits',
  'groups',
  'users',
  'service-accounts',
  'tokens',
  'sessions',
  'issuers',
  'role-requests',
  'recordings',
  'backups',
  'audit',
])
export type Resource = z.infer<typeof Resource>

export const Verb = z.enum(['get', 'list', 'watch', 'create', 'update', 'delete', 'connect', 'disconnect', 'approve'])
export type Verb = z.infer<typeof Verb>

const atMost = 100

/** What may be done with Moorage itself. */
export const Permission = z
  .strictObject({
    resources: z
      .array(z.union([Resource, z.literal('*')]))
      .min(1)
      .max(atMost),
    verbs: z
      .array(z.union([Verb, z.literal('*')]))
      .min(1)
      .max(atMost),
  })
  .meta({ id: 'Permission', examples: [{ resources: ['clusters', 'inventory'], verbs: ['get', 'list'] }] })
export type Permission = z.infer<typeof Permission>

/** A namespace, or a pattern in which `*` stands for any characters. */
export const NamespacePattern = z
  .string()
  .regex(/^[a-z0-9*]([-a-z0-9*]{0,61}[a-z0-9*])?$/, 'must be a namespace, or a pattern such as "team-*"')

/** A group, resource or subresource as it stands in a path of the Kubernetes API. */
const word = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9*./:_-]*$/, 'has a character that no rule of Kubernetes has')

/** What may be done in a cluster, in the words of Kubernetes’ own roles. */
export const KubernetesRule = z
  .strictObject({
    apiGroups: z.array(word).min(1).max(atMost).describe('"" is the core group, "*" every group'),
    resources: z
      .array(word.min(1))
      .min(1)
      .max(atMost)
      .describe(
        '"pods" is without subresources, "pods/log" one of them, "pods/*" each that Kubernetes has, "*/scale" one of every kind, "*" everything',
      ),
    resourceNames: z
      .array(z.string().min(1).max(253))
      .min(1)
      .max(atMost)
      .optional()
      .describe('Only objects of these names'),
    verbs: z.array(word.min(1)).min(1).max(atMost),
    namespaces: z
      .array(NamespacePattern)
      .min(1)
      .max(atMost)
      .optional()
      .describe('Only in namespaces that match one of these; then nothing outside of namespaces'),
  })
  .meta({
    id: 'KubernetesRule',
    examples: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] }],
  })
export type KubernetesRule = z.infer<typeof KubernetesRule>

/** Paths of a cluster’s API server that are no resources. */
export const NonResourceRule = z
  .strictObject({
    paths: z
      .array(
        z
          .string()
          .max(253)
          .regex(/^(\*|\/[A-Za-z0-9._/-]*\*?)$/, 'must be a path, which may end in "*"'),
      )
      .min(1)
      .max(atMost),
    verbs: z.array(word.min(1)).min(1).max(atMost),
  })
  .meta({ id: 'NonResourceRule', examples: [{ paths: ['/metrics'], verbs: ['get'] }] })
export type NonResourceRule = z.infer<typeof NonResourceRule>

const rules = {
  permissions: z.array(Permission).max(atMost).default([]),
  kubernetes: z.array(KubernetesRule).max(atMost).default([]),
  nonResource: z.array(NonResourceRule).max(atMost).default([]),
}

/** Rules that allow, or in `deny` forbid. */
export const Rules = z.strictObject(rules)
export type Rules = z.infer<typeof Rules>

/** A role as people write it. */
export const WriteRole = z
  .strictObject({
    name: AccessName,
    description: z.string().max(500).default(''),
    ...rules,
    deny: Rules.prefault({}).describe('What is forbidden to the role’s subjects whatever other roles allow'),
    recording: RoleRecording,
  })
  .meta({
    id: 'WriteRole',
    examples: [
      {
        name: 'log-reader',
        description: 'Reads logs of the shop, and nothing of its vault',
        permissions: [{ resources: ['clusters', 'inventory'], verbs: ['get', 'list'] }],
        kubernetes: [
          { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'], namespaces: ['shop-*'] },
        ],
        deny: {
          kubernetes: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'], namespaces: ['shop-vault'] }],
        },
      },
    ],
  })
export type WriteRole = z.infer<typeof WriteRole>

/** Permissions and rules under a name. */
export const Role = z
  .object({ ...WriteRole.shape, builtIn: z.boolean().describe('Built-in roles can not be changed') })
  .meta({ id: 'Role' })
export type Role = z.infer<typeof Role>

const Selector = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((text, context) => {
    try {
      if (parseSelector(text).length === 0)
        context.addIssue({ code: 'custom', message: 'selects nothing in particular' })
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  })
  .describe('Kubernetes label selector over clusters')

const namespaces = z.array(NamespacePattern).min(1).max(atMost)

/** Where a binding holds. */
export const Scope = z
  .union([
    z.strictObject({ kind: z.literal('organisation') }),
    z.strictObject({ kind: z.literal('project'), project: Name }),
    z.strictObject({ kind: z.literal('cluster'), cluster: Name.describe('Name or id of the cluster') }),
    z.strictObject({ kind: z.literal('cluster'), labels: Selector }),
    z.strictObject({ kind: z.literal('namespace'), cluster: Name, namespaces }),
    z.strictObject({ kind: z.literal('namespace'), labels: Selector, namespaces }),
    z.strictObject({ kind: z.literal('namespace'), project: Name, namespaces }),
  ])
  .meta({ id: 'Scope', examples: [{ kind: 'namespace', labels: 'env=prod', namespaces: ['team-*'] }] })
export type Scope = z.infer<typeof Scope>

/** A binding as people write it. */
export const WriteBinding = z
  .strictObject({
    name: AccessName,
    role: AccessName,
    subjects: z.array(Subject).min(1).max(atMost),
    scope: Scope,
    expiresAt: Instant.optional().describe('When it ends by itself'),
    reason: z.string().max(500).optional().describe('Why it is there, for whoever reviews it'),
  })
  .meta({
    id: 'WriteBinding',
    examples: [
      {
        name: 'payments-prod',
        role: 'namespace-admin',
        subjects: [{ kind: 'group', name: 'payments' }],
        scope: { kind: 'namespace', labels: 'env=prod', namespaces: ['payments-*'] },
      },
    ],
  })
export type WriteBinding = z.infer<typeof WriteBinding>

/** Gives a role to subjects, somewhere. */
export const Binding = z
  .object({
    ...WriteBinding.shape,
    expiresAt: Instant.nullable(),
    reason: z.string().nullable(),
    createdAt: Instant,
    createdBy: z.string(),
  })
  .meta({ id: 'Binding' })
export type Binding = z.infer<typeof Binding>
