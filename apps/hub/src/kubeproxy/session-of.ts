import type { PodSession } from '../recordings/pod-session.ts'
import type { Parsed } from './parse.ts'
import { isOn, readQuery } from './query.ts'
import { isAddOnGroup } from './request-info.ts'

/** What kinds of requests are sessions of people. */
const KINDS = new Set(['exec', 'attach'])

/** The session that a request begins; null where it begins none. */
export function sessionOf({ info, target }: Pick<Parsed, 'info' | 'target'>): PodSession | null {
  if (info.kind !== 'resource' || info.apiGroup !== '' || info.resource !== 'pods') return null
  const { subresource, namespace, name } = info
  if (subresource === null || !KINDS.has(subresource) || namespace === null || name === null) return null
  const at = target.indexOf('?')
  const query = readQuery(at < 0 ? '' : target.slice(at + 1))
  return {
    kind: subresource as PodSession['kind'],
    namespace,
    pod: name,
    container: query.find(([key]) => key === 'container')?.[1] || null,
    command: query.filter(([key]) => key === 'command').map(([, value]) => value),
    tty: isOn(query, 'tty'),
  }
}

/**
 * Whether a request could run commands where no session is to be seen: by a node’s own API, or by what an add-on
 * has of its own, such as the console of a virtual machine. Where sessions must be recorded it is refused.
 */
export function goesAroundRecording({ info, upgrade }: Pick<Parsed, 'info' | 'upgrade'>): boolean {
  if (info.kind !== 'resource') return false
  const { apiGroup, resource, subresource, verb } = info
  if (isAddOnGroup(apiGroup)) return upgrade !== null && subresource !== null && subresource !== 'portforward'
  return apiGroup === '' && resource === 'nodes' && subresource === 'proxy' && (verb !== 'get' || upgrade !== null)
}
