import { usage } from '../failure.ts'

/** What a person asks about: `get deployments.apps/scale web -n shop`. */
export interface Asked {
  cluster: string
  namespace?: string | undefined
}

/** The words of the command line as the hub takes them. A resource is `pods`, `pods/log`, `deployments.apps` or a path. */
export function askedFrom(verb: string, what: string, name: string | undefined, { cluster, namespace }: Asked) {
  const place = { cluster, verb, ...(namespace !== undefined && { namespace }) }
  if (what.startsWith('/')) return { ...place, path: what }
  const [kind = '', subresource] = what.split('/')
  const [resource = '', ...group] = kind.split('.')
  return {
    ...place,
    resource,
    apiGroup: group.join('.'),
    ...(subresource !== undefined && { subresource }),
    ...(name !== undefined && { name }),
  }
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
