import type { Identity } from '@moorage/contract/hub.ts'

/** What a request wants to do, in the terms of rules. */
export interface AccessRequest {
  verb: Verb
  resource: Resource
  /** The cluster that it is about, where it is about one. */
  cluster?: { id: string; name: string; project: string } | undefined
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'delete' | 'connect' | 'disconnect'

export type Resource =
  | 'clusters'
  | 'agents'
  | 'kubeconfigs'
  | 'inventory'
  | 'events'
  | 'metrics'
  | 'receipts'
  | 'hub'
  | 'identity'
  | 'changes'
  | 'tokens'
  | 'sessions'
  | 'backups'
  | 'audit'

export interface Decision {
  allowed: boolean
  /** A sentence that names the rule that decided. It is kept in the audit log. */
  because: string
}

/**
 * Who may do what: pure, and the only place that answers it. Until there are
 * roles and bindings, every token is an admin's, and the system is trusted.
 */
export function decide(subject: Identity, request: AccessRequest): Decision {
  switch (subject.kind) {
    case 'token':
      return { allowed: true, because: `The token "${subject.name}" is an admin token.` }
    case 'system':
      return { allowed: true, because: `"${subject.name}" is the hub itself.` }
    default:
      return {
        allowed: false,
        because: `No rule lets ${(subject as Identity).name} ${request.verb} ${request.resource}.`,
      }
  }
}
