import { badRequest } from './refusal.ts'

/** Where the hub has clusters' API servers. */
export const MOUNT = '/k8s/'

/** A name or id of a cluster. */
const REF = /^[A-Za-z0-9]([-A-Za-z0-9.]{0,98}[A-Za-z0-9])?$/

/** Which cluster an address is of, and what is asked of it there. */
export interface Mounted {
  ref: string
  /** `/k8s/<ref>`. */
  prefix: string
  /** Path and query below it, as they were sent. */
  target: string
}

/** Whether an address is one of a cluster’s API server. */
export const isMounted = (url: string): boolean => url.startsWith(MOUNT)

export function readMount(url: string): Mounted {
  const [, ref = '', below = ''] = /^\/k8s\/([^/?#]*)(.*)$/s.exec(url) ?? []
  if (!REF.test(ref)) throw badRequest('What follows /k8s/ is no name of a cluster.')
  return { ref, prefix: `${MOUNT}${ref}`, target: below.startsWith('/') ? below : `/${below}` }
}
