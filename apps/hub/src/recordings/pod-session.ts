/** A session in a pod, as its request describes it. */
export interface PodSession {
  kind: 'exec' | 'attach'
  namespace: string
  pod: string
  container: string | null
  command: string[]
  tty: boolean
}
