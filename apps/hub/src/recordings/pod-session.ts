/** A session in a pod, as its request describes it; one of the kubectl prompt is in no pod, and both names are empty. */
export interface PodSession {
  kind: 'exec' | 'attach' | 'kubectl'
  namespace: string
  pod: string
  container: string | null
  command: string[]
  tty: boolean
}
