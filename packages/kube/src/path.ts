import type { Resource } from './resource.ts'

type Query = Record<string, string | number | boolean | undefined>

const base = ({ group, version }: Pick<Resource, 'group' | 'version'>) =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`

const withQuery = (path: string, query: Query = {}) => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value))
  return parameters.size === 0 ? path : `${path}?${parameters}`
}

/** A name as one segment. What a server would read as a step in the path is no name of Kubernetes. */
const segment = (name: string) => {
  if (name !== '' && name !== '.' && name !== '..') return encodeURIComponent(name)
  throw new RangeError(`“${name}” is not the name of an object.`)
}

/** The path of a kind's collection: of one namespace, or of all. */
export const collectionPath = (resource: Resource, options: { namespace?: string; query?: Query } = {}): string => {
  const scope = options.namespace === undefined ? '' : `/namespaces/${segment(options.namespace)}`
  return withQuery(`${base(resource)}${scope}/${resource.resource}`, options.query)
}

/** The path of one object, or of one of its subresources. */
export const objectPath = (
  resource: Resource,
  object: { namespace?: string; name: string; subresource?: string; query?: Query },
): string => {
  const collection = collectionPath(resource, object.namespace === undefined ? {} : { namespace: object.namespace })
  const rest = object.subresource === undefined ? '' : `/${object.subresource}`
  return withQuery(`${collection}/${segment(object.name)}${rest}`, object.query)
}
