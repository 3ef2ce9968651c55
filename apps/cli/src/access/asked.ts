import { usage } from '../failure.ts'
import { knownKind } from './kinds.ts'

/** What a person asks about: `get deployments.apps/scale web -n shop`. */
export interface Asked {
  cluster: string
  namespace?: string | undefined
}

/**
 * A kind as kubectl takes it: `deploy`, `Deployment` and `deployments` are those of apps. One that Kubernetes itself does
 * not bring has its group behind a dot.
 */
function kindOf(word: string) {
  const [first = '', ...group] = word.split('.')
  const known = knownKind(first)
  if (group.length === 0) return known ?? { resource: word, apiGroup: '' }
  const apiGroup = group.join('.')
  return { resource: known?.apiGroup === apiGroup ? known.resource : first, apiGroup }
}

/** The words of the command line as the hub takes them. A resource is `pods`, `pods/log`, `deployments.apps` or a path. */
export function askedFrom(verb: string, what: string, name: string | undefined, { cluster, namespace }: Asked) {
  const place = { cluster, verb, ...(namespace !== undefined && { namespace }) }
  if (what.startsWith('/')) return { ...place, path: what }
  const [kind = '', subresource, ...more] = what.split('/')
  if (kind === '' || subresource === '' || more.length > 0) {
    throw usage(`"${what}" is no resource.`, 'Such as pods, pods/log, deployments.apps/scale or /metrics.')
  }
  return {
    ...place,
    ...kindOf(kind),
    ...(subresource !== undefined && { subresource }),
    ...(name !== undefined && { name }),
  }
}

/** What to try where it may be about another kind than was meant. */
export function hintAt(asked: ReturnType<typeof askedFrom>): string | null {
  if (!('resource' in asked) || asked.apiGroup !== '' || knownKind(asked.resource) !== undefined) return null
  const { resource } = asked
  return `Kubernetes itself has no "${resource}"; a kind of another group is written with it, such as ${resource}.example.org.`
}

/** Whom it is about: `ada`, `user/ada` or `service-account/ci`, with the groups that their issuer names. */
export function askedWho(as: string | undefined, groups: string[] | undefined) {
  if (as === undefined) {
    if (groups !== undefined) throw usage('--group is for --as: your own groups are known.')
    return {}
  }
  const [, kind = 'user', name = as] = /^(user|service-account)\/(.*)$/.exec(as) ?? []
  return {
    as: name,
    asKind: kind as 'user' | 'service-account',
    ...(groups !== undefined && { groups: groups.join(',') }),
  }
}
