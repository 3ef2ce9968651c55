/** A known agent that proved to be itself. */
export interface VerifiedAgent {
  clusterId: string
  /** Name of the cluster. */
  name: string
  /** Name of the pod or process, as it says itself. */
  pod: string
  /** The key that it proved to have. */
  keyId: string
}
