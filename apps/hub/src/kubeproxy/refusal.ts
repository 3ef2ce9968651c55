/** Why a request goes no further, in the terms of a Kubernetes Status. Its sentence has nothing of a credential in it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** `reason` of the Status: clients decide by it. */
  readonly reason: StatusReason

  constructor(status: number, reason: StatusReason, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

/** The rules say no. */
export class Denied extends Refusal {
  /** The binding that forbids it, where one does. */
  readonly binding: string | undefined

  constructor(message: string, binding: string | undefined) {
    super(403, 'Forbidden', message)
    this.binding = binding
  }
}

/** Reasons that the hub itself gives; they are Kubernetes' own. */
export type StatusReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'RequestEntityTooLarge'
  | 'TooManyRequests'
  | 'InternalError'
  | 'BadGateway'
  | 'ServiceUnavailable'
  | 'Timeout'

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message)

/** A 401 is about the hub’s own credential: a client would take it for its own, and sign in over and over. */
export const credentialRefused = (cluster: string): Refusal =>
  new Refusal(
    502,
    'BadGateway',
    `The cluster "${cluster}" does not accept the credential that it is reached with. An administrator can renew it with "moorage cluster replace-kubeconfig".`,
  )
