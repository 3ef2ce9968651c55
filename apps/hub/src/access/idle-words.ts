import type { KubernetesRule, NonResourceRule, WriteRole } from '@moorage/contract/access.ts'

/** A word of a rule that no request can have, with its place. */
export interface IdleWord {
  path: string
  message: string
}

/** Groups whose resources are names of metrics, which are written in any case. */
const OF_METRICS = /^(custom|external)\.metrics\.k8s\.io$/

/** A part of a word can not be left open: that would look like a rule and be none. */
const isPartly = (word: string) => word !== '*' && word.includes('*')

function inKind({ apiGroups, resources, verbs }: KubernetesRule, at: string): IdleWord[] {
  const metrics = apiGroups.some(group => OF_METRICS.test(group))
  return [
    ...apiGroups.flatMap((group, i) =>
      isPartly(group) ? [{ path: `${at}.apiGroups.${i}`, message: `"${group}": a group is whole, or "*" alone` }] : [],
    ),
    ...resources.flatMap((resource, i) => {
      const path = `${at}.resources.${i}`
      const parts = resource.split('/')
      if (parts.length > 2 || parts.includes('') || parts.some(isPartly)) {
        return [{ path, message: `"${resource}" is none of "pods", "pods/log", "pods/*", "*/scale" and "*"` }]
      }
      if (metrics || resource === resource.toLowerCase()) return []
      return [{ path, message: `"${resource}": resources are lower case and plural, such as "pods"` }]
    }),
    ...inVerbs(verbs, at),
  ]
}

const inVerbs = (verbs: readonly string[], at: string): IdleWord[] =>
  verbs.flatMap((verb, i) =>
    isPartly(verb) || verb !== verb.toLowerCase()
      ? [{ path: `${at}.verbs.${i}`, message: `"${verb}": verbs are lower case, such as "get", or "*" alone` }]
      : [],
  )

const inRules = (
  { kubernetes, nonResource }: { kubernetes: readonly KubernetesRule[]; nonResource: readonly NonResourceRule[] },
  at: string,
): IdleWord[] => [
  ...kubernetes.flatMap((rule, i) => inKind(rule, `${at}kubernetes.${i}`)),
  ...nonResource.flatMap(({ verbs }, i) => inVerbs(verbs, `${at}nonResource.${i}`)),
]

/** Words of a role that say nothing: a rule that forbids by one would forbid nothing. */
export const idleWords = (role: Pick<WriteRole, 'kubernetes' | 'nonResource' | 'deny'>): IdleWord[] => [
  ...inRules(role, ''),
  ...inRules(role.deny, 'deny.'),
]
