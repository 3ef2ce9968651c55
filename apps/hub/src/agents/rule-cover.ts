import type { PolicyRule } from './mode-rules.ts'

/** One thing that a rule allows. */
type Right = { verb: string; group: string; resource: string; name: string | null } | { verb: string; url: string }

function* rightsOf(rule: PolicyRule): Generator<Right> {
  for (const verb of rule.verbs) {
    for (const url of rule.nonResourceURLs ?? []) yield { verb, url }
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        for (const name of rule.resourceNames?.length ? rule.resourceNames : [null])
          yield { verb, group, resource, name }
      }
    }
  }
}

const has = (list: readonly string[] | undefined, wanted: string) =>
  list?.some(one => one === wanted || one === '*') ?? false
const hasResource = (list: readonly string[] | undefined, wanted: string) => {
  const sub = wanted.indexOf('/')
  return has(list, wanted) || (sub > 0 && (list?.includes(`*${wanted.slice(sub)}`) ?? false))
}
const hasUrl = (list: readonly string[] | undefined, wanted: string) =>
  list?.some(one => one === wanted || (one.endsWith('*') && wanted.startsWith(one.slice(0, -1)))) ?? false

function covers(rule: PolicyRule, right: Right): boolean {
  if (!has(rule.verbs, right.verb)) return false
  if ('url' in right) return hasUrl(rule.nonResourceURLs, right.url)
  const names = rule.resourceNames ?? []
  return (
    has(rule.apiGroups, right.group) &&
    hasResource(rule.resources, right.resource) &&
    (names.length === 0 || (right.name !== null && names.includes(right.name)))
  )
}

const inWords = (right: Right) => {
  if ('url' in right) return `${right.verb} ${right.url}`
  const { verb, group, resource, name } = right
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}${name === null ? '' : ` ${name}`}`
}

const fieldsOf = ({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs }: PolicyRule) => [
  apiGroups,
  resources,
  resourceNames,
  nonResourceURLs,
  verbs,
]

/** Whether these are the same rules in the same order; an API server gives a rule's fields back in an order of its own. */
export const sameRules = (one: readonly PolicyRule[], other: readonly PolicyRule[]): boolean =>
  JSON.stringify(one.map(fieldsOf)) === JSON.stringify(other.map(fieldsOf))

/** What `want` allows and `have` does not, each as Kubernetes would put it; the rules are read as its authorizer reads them. */
export const rightsBeyond = (have: readonly PolicyRule[], want: readonly PolicyRule[]): string[] => [
  ...new Set(
    want.flatMap(rule =>
      [...rightsOf(rule)].filter(right => !have.some(one => covers(one, right))).map(right => inWords(right)),
    ),
  ),
]
