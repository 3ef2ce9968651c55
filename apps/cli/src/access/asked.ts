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
