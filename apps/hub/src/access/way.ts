/**
 * The way by which a request to a cluster came. It is set where the request
 * arrives, by what took it, and is never what a client says of itself.
 */
export type Way =
  /** kubectl and every other client of `/k8s/<cluster>/…`. */
  | 'client'
  /** A shell in a pod or the kubectl prompt, in the console. */
  | 'web-terminal'
