import { postJson } from './client.ts'
import type { KubeTransport } from './transport.ts'

/** One question: may I do this? */
export interface AccessCheck {
  verb: string
  /** '' for the core group. */
  group: string
  resource: string
  subresource?: string
  /** Left out: in all namespaces, or cluster-scoped. */
  namespace?: string
  name?: string
}

export interface AccessAnswer {
  check: AccessCheck
  allowed: boolean
  /** The authoriser's own words, where it has any. */
  reason: string
}

/** Questions asked at the same time: fewer than an agent has spare connections, or each that comes back would dial as many again. */
const AT_ONCE = 3

interface Review {
  status?: { allowed?: boolean; reason?: string; evaluationError?: string }
}

const ask = async (transport: KubeTransport, check: AccessCheck, signal: AbortSignal): Promise<AccessAnswer> => {
  const review = await postJson<Review>(
    transport,
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: check },
    },
    signal,
  )
  const { allowed, reason, evaluationError } = review.status ?? {}
  return { check, allowed: allowed === true, reason: reason || evaluationError || '' }
}

/** Asks the API server what the transport's credential may do; one answer for each check, in their order. */
export const whatMayI = async (
  transport: KubeTransport,
  checks: readonly AccessCheck[],
  signal: AbortSignal,
): Promise<AccessAnswer[]> => {
  const answers: AccessAnswer[] = new Array(checks.length)
  const queue = checks.entries()
  const worker = async () => {
    for (const [index, check] of queue) answers[index] = await ask(transport, check, signal)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, checks.length) }, worker))
  return answers
}
