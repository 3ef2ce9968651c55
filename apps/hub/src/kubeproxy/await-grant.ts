import { setTimeout as delay } from 'node:timers/promises'
import { postJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { MemberObject, MemberRule } from '../access/member-rbac.ts'

/** An API server reads its own RBAC by a watch, some ms late, and later where it is busy: it is given this long, in ms. */
const KNOWN_WITHIN_MS = 5_000
const FIRST_PAUSE_MS = 10
const MAX_PAUSE_MS = 250

/** A request that the rule allows, in its own words: `*` stands for itself. */
function sampleOf(rule: MemberRule, namespace: string | undefined): object {
  const [verb] = rule.verbs
  const [path] = rule.nonResourceURLs ?? []
  if (path !== undefined) return { nonResourceAttributes: { path, verb } }
  const [resource, subresource] = rule.resources?.[0]?.split('/') ?? []
  const [group] = rule.apiGroups ?? []
  const [name] = rule.resourceNames ?? []
  return { resourceAttributes: { verb, group, resource, subresource, name, namespace } }
}

/**
 * Waits until a member counts a binding that was just made, so that the first
 * request by it is not refused. Goes on after a while, and at once where the
 * hub may not ask: then the member answers as it does.
 */
export async function awaitGrant(
  transport: KubeTransport,
  { metadata, subjects = [] }: MemberObject,
  rules: readonly MemberRule[],
): Promise<void> {
  const [subject] = subjects
  const [rule] = rules
  if (subject === undefined || rule === undefined) return
  const who = subject.kind === 'User' ? { user: subject.name } : { user: 'moorage:', groups: [subject.name] }
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { ...who, ...sampleOf(rule, metadata.namespace) },
  }
  const signal = AbortSignal.timeout(KNOWN_WITHIN_MS)
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    try {
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
      const { status } = await postJson<{ status?: { allowed?: boolean } }>(transport, path, review, signal)
      if (status?.allowed === true) return
    } catch (error) {
      if (signal.aborted || (error instanceof KubeStatusError && error.status === 403)) return
      throw error
    }
    await delay(pause)
  }
}
