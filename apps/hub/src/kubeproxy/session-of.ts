import type { PodSession } from '../recordings/pod-session.ts'
import type { Parsed } from './parse.ts'
import { isOn, readQuery } from './query.ts'

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
 * Whether a request could run commands in pods by a node’s own API, where no
 * session is to be seen. Where sessions must be recorded it is refused.
 */
export const goesAroundRecording = ({ info, upgrade }: Pick<Parsed, 'info' | 'upgrade'>): boolean =>
  info.kind === 'resource' &&
  info.apiGroup === '' &&
  info.resource === 'nodes' &&
  info.subresource === 'proxy' &&
  (info.verb !== 'get' || upgrade !== null)
