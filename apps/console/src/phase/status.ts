/** How a word that Kubernetes uses for a state is coloured. */
export type StatusTone = 'green' | 'blue' | 'orange' | 'red' | 'grey'

const tones: Record<string, StatusTone> = {
  Ready: 'green',
  Available: 'green',
  Running: 'green',
  Complete: 'green',
  Completed: 'green',
  Succeeded: 'green',
  Active: 'green',
  Bound: 'green',
  Scheduled: 'blue',
  Progressing: 'blue',
  Pending: 'blue',
  ContainerCreating: 'blue',
  PodInitializing: 'blue',
  Suspended: 'grey',
  Terminating: 'grey',
  Unknown: 'orange',
  Degraded: 'orange',
  NotReady: 'red',
  Failed: 'red',
  Error: 'red',
  CrashLoopBackOff: 'red',
  ImagePullBackOff: 'red',
  ErrImagePull: 'red',
  OOMKilled: 'red',
  Evicted: 'red',
  Lost: 'red',
}

/** The colour of a status; words that are not known stay grey, and a cordoned node is never green. */
export function toneOf(status: string): StatusTone {
  const [word = '', ...more] = status.split(',')
  const tone = tones[word] ?? (/(err|backoff|fail|killed)/i.test(word) ? 'red' : 'grey')
  return tone === 'green' && more.length > 0 ? 'orange' : tone
}
