import type { Resource, Verb } from './decide.ts'

/** What one operation of the API asks of `decide`, and how the audit log calls it. */
export interface OperationRule {
  verb: Verb
  resource: Resource
  /** `public` operations need no identity: only the sign-in, whose body carries the token. */
  who: 'identity' | 'public'
  /** Whether it changes anything; such requests are audited, and need the hub's own origin when they come with a cookie. */
  changes: boolean
}

const read = (verb: Verb, resource: Resource): OperationRule => ({ verb, resource, who: 'identity', changes: false })
const change = (verb: Verb, resource: Resource): OperationRule => ({ verb, resource, who: 'identity', changes: true })

/**
 * Every operation of the hub. A test fails when the contract has a route that
 * is missing here, and a route without a rule is refused.
 */
export const operationRules: Readonly<Record<string, OperationRule>> = {
  'clusters.list': read('list', 'clusters'),
  'clusters.connect': change('connect', 'clusters'),
  'clusters.get': read('get', 'clusters'),
  'clusters.update': change('update', 'clusters'),
  'clusters.replaceKubeconfig': change('update', 'kubeconfigs'),
  'clusters.previewDisconnect': read('get', 'clusters'),
  'clusters.disconnect': change('disconnect', 'clusters'),
  'clusters.delete': change('delete', 'clusters'),
  'clusters.capabilities': read('get', 'clusters'),
  'clusters.import': change('connect', 'clusters'),
  'clusters.previewImport': read('connect', 'clusters'),
  'clusters.renewImport': change('connect', 'clusters'),
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
  'inventory.workloads': read('list', 'inventory'),
  'inventory.objects': read('list', 'inventory'),
  'inventory.events': read('list', 'events'),
  'inventory.metrics': read('get', 'metrics'),
  'inventory.search': read('list', 'inventory'),
  'hub.rotateCa': change('update', 'hub'),
  'hub.info': read('get', 'hub'),
  'hub.whoami': read('get', 'identity'),
  'hub.changes': read('watch', 'changes'),
  'hub.receipts': read('list', 'receipts'),
  'tokens.list': read('list', 'tokens'),
  'tokens.create': change('create', 'tokens'),
  'tokens.revoke': change('delete', 'tokens'),
  'audit.list': read('list', 'audit'),
  'sessions.create': { verb: 'create', resource: 'sessions', who: 'public', changes: true },
  'sessions.end': change('delete', 'sessions'),
  // Addresses outside the contract. A backup holds everything that the hub knows, so taking one is audited as a change is.
  'raw.backup': change('get', 'backups'),
  'raw.metrics': read('get', 'hub'),
  'raw.openapi': read('get', 'hub'),
  'raw.docs': read('get', 'hub'),
}
