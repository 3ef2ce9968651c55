import type { Way } from '@moorage/contract/limits.ts'
import type { Resource, Verb } from './decide.ts'

/** What one operation of the API asks of `decide`, and how the audit log calls it. */
export interface OperationRule {
  verb: Verb
  resource: Resource
  /** `public` operations need no identity: only those by which one signs in. */
  who: 'identity' | 'public'
  /**
   * Whether a right to a part of what is asked about is enough to ask: the
   * operation itself answers with, or changes, no more than that part.
   */
  filtered?: boolean
  /** Whether it changes anything; such requests are audited, and need the hub's own origin when they come with a cookie. */
  changes: boolean
  /** By what it is used, where the credential does not tell: a terminal in the console. */
  way?: Way
  /** Whether even who is shut out by their limits may do it: leave. */
  beyondLimits?: boolean
  /** What the audit log calls it, where the right to begin it is another one than what it does. */
  audited?: { verb: Verb; resource: Resource }
}

const read = (verb: Verb, resource: Resource): OperationRule => ({ verb, resource, who: 'identity', changes: false })
const change = (verb: Verb, resource: Resource): OperationRule => ({ verb, resource, who: 'identity', changes: true })

const filtered = (rule: OperationRule): OperationRule => ({ ...rule, filtered: true })

/** Everyone who is signed in may begin it, and the operation itself judges: one's own, or what one has rights to. */
const own = ({ verb, resource, ...rule }: OperationRule): OperationRule => ({
  ...rule,
  verb: 'get',
  resource: 'identity',
  audited: { verb, resource },
})

const signingIn: OperationRule = { verb: 'create', resource: 'sessions', who: 'public', changes: true }

/**
 * Every operation of the hub. A test fails when the contract has a route that
 * is missing here, and a route without a rule is refused.
 */
export const operationRules: Readonly<Record<string, OperationRule>> = {
  'clusters.list': filtered(read('list', 'clusters')),
  'clusters.connect': filtered(change('connect', 'clusters')),
  'clusters.get': read('get', 'clusters'),
  'clusters.update': change('update', 'clusters'),
  'clusters.replaceKubeconfig': change('update', 'kubeconfigs'),
  'clusters.previewDisconnect': read('disconnect', 'clusters'),
  'clusters.disconnect': change('disconnect', 'clusters'),
  'clusters.delete': change('delete', 'clusters'),
  'clusters.capabilities': read('get', 'clusters'),
  'clusters.import': filtered(change('connect', 'clusters')),
  'clusters.previewImport': filtered(read('connect', 'clusters')),
  'clusters.renewImport': change('update', 'clusters'),
  'clusters.importSteps': read('get', 'clusters'),
  'clusters.migrate': change('update', 'clusters'),
  'clusters.reconnectByAgent': change('update', 'clusters'),
  'clusters.connectionEvents': read('list', 'events'),
  // It sends requests to the member, each refused or made harmless, so it is audited as a change is.
  'clusters.prove': change('get', 'clusters'),
  'clusters.sync': read('get', 'inventory'),
  'agents.settings': change('update', 'agents'),
  'agents.upgrade': change('update', 'agents'),
  'inventory.nodes': read('list', 'inventory'),
  'inventory.workloads': filtered(read('list', 'inventory')),
  'inventory.objects': filtered(read('list', 'inventory')),
  'inventory.events': filtered(read('list', 'events')),
  'inventory.metrics': read('get', 'metrics'),
  'inventory.search': filtered(read('list', 'inventory')),
  'hub.rotateCa': change('update', 'hub'),
  'hub.info': read('get', 'hub'),
  'hub.whoami': read('get', 'identity'),
  'hub.changes': filtered(read('watch', 'changes')),
  'hub.receipts': read('list', 'receipts'),
  'projects.list': filtered(read('list', 'projects')),
  'projects.put': change('update', 'projects'),
  'projects.delete': change('delete', 'projects'),
  'projects.addCluster': change('update', 'projects'),
  'projects.removeCluster': change('update', 'projects'),
  'projects.previewRemoval': read('get', 'projects'),
  'roles.list': filtered(read('list', 'roles')),
  'roles.put': change('update', 'roles'),
  'roles.delete': change('delete', 'roles'),
  // Where the binding is for is known once it was read; then the right is asked for there.
  'bindings.list': filtered(read('list', 'bindings')),
  'bindings.put': filtered(change('update', 'bindings')),
  'bindings.delete': filtered(change('delete', 'bindings')),
  'groups.list': filtered(read('list', 'groups')),
  'groups.put': change('update', 'groups'),
  'groups.delete': change('delete', 'groups'),
  // Anyone may ask about themselves; about others, who may list the bindings.
  'access.explain': read('get', 'identity'),
  'access.whoCan': filtered(read('list', 'bindings')),
  // Anyone may see what limits them; about others, and other clusters, the operation asks.
  'limits.list': own(read('list', 'limits')),
  // Whose limits they are is known once it was read; then the right is asked for there.
  'limits.put': filtered(change('update', 'limits')),
  // Everyone has tokens and sessions of their own; about those of others the operation asks.
  'tokens.list': own(read('list', 'tokens')),
  'tokens.create': own(change('create', 'tokens')),
  'tokens.revoke': own(change('delete', 'tokens')),
  // Anyone may ask for a role, and see what became of it; about those of others, who may decide there.
  'roleRequests.list': own(read('list', 'role-requests')),
  'roleRequests.ask': own(change('create', 'role-requests')),
  'roleRequests.approve': filtered(change('approve', 'role-requests')),
  'roleRequests.deny': filtered(change('approve', 'role-requests')),
  'roleRequests.withdraw': own(change('delete', 'role-requests')),
  // Of the clusters where somebody has the right; the rest of the log takes it in the whole organisation.
  'audit.list': filtered(read('list', 'audit')),
  'sessions.create': signingIn,
  'sessions.password': signingIn,
  'sessions.list': own(read('list', 'sessions')),
  'sessions.end': { ...own(change('delete', 'sessions')), beyondLimits: true },
  'sessions.endOne': own(change('delete', 'sessions')),
  'audit.head': read('get', 'audit'),
  'audit.verify': read('get', 'audit'),
  'auditForwards.list': read('list', 'audit'),
  'auditForwards.put': change('update', 'audit'),
  'auditForwards.update': change('update', 'audit'),
  'auditForwards.delete': change('delete', 'audit'),
  'auditForwards.test': change('update', 'audit'),
  // Where it was sent to is known once it was found; then the right is asked for there.
  'auditBodies.get': filtered(read('get', 'audit')),
  'auditBodies.policy': read('get', 'clusters'),
  'auditBodies.setPolicy': change('update', 'audit'),
  'recordings.list': read('list', 'recordings'),
  'recordings.get': read('get', 'recordings'),
  'recordings.delete': change('delete', 'recordings'),
  'recordings.policy': read('get', 'clusters'),
  'recordings.setPolicy': change('update', 'recordings'),
  // Each asks for the rights that it needs in the cluster itself, and so does all that is done there.
  'terminals.pod': { ...read('get', 'clusters'), way: 'web-terminal' },
  'terminals.kubectl': { ...read('get', 'clusters'), way: 'web-terminal' },
  'signIn.ways': { ...signingIn, changes: false },
  'signIn.lend': change('get', 'identity'),
  'signIn.exchange': signingIn,
  'signIn.device': signingIn,
  'signIn.findDevice': change('get', 'identity'),
  'signIn.decideDevice': change('get', 'identity'),
  // Asked every few seconds; what it gives out was audited as it was decided.
  'signIn.pollDevice': { ...signingIn, changes: false },
  'account.get': read('get', 'identity'),
  'account.changePassword': change('get', 'identity'),
  'users.list': read('list', 'users'),
  'users.get': read('get', 'users'),
  'users.create': change('create', 'users'),
  'users.put': change('update', 'users'),
  'users.disable': change('update', 'users'),
  'users.enable': change('update', 'users'),
  'users.resetPassword': change('update', 'users'),
  'users.delete': change('delete', 'users'),
  'users.revoke': change('update', 'users'),
  'serviceAccounts.list': read('list', 'service-accounts'),
  'serviceAccounts.put': change('update', 'service-accounts'),
  'serviceAccounts.delete': change('delete', 'service-accounts'),
  'issuers.list': read('list', 'issuers'),
  'issuers.put': change('update', 'issuers'),
  'issuers.delete': change('delete', 'issuers'),
  // Addresses outside the contract. A backup holds everything that the hub knows, so taking one is audited as a change is.
  'raw.backup': change('get', 'backups'),
  // Who watches others’ sessions is written down before they see anything.
  'raw.cast': change('get', 'recordings'),
  // Whoever may see a cluster may ask; what they may do there is decided line by line.
  'raw.prompt': { ...change('get', 'clusters'), way: 'web-terminal' },
  'raw.auditExport': filtered(change('list', 'audit')),
  'raw.metrics': read('get', 'metrics'),
  'raw.openapi': read('get', 'hub'),
  'raw.docs': read('get', 'hub'),
}
