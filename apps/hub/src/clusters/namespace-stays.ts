import { inWords } from '@moorage/removal/foreign.ts'
import type { AgentNamespace } from '../store/agent-namespace.ts'

/** ms between a namespace and the Deployment of one manifest. Longer, and the namespace was there before. */
const ONE_MANIFEST = 10_000

/**
 * Why an agent's namespace will stay when the agent goes, in a sentence; null
 * where it will go, as far as the inventory tells: the agent itself looks closer.
 */
export function whyNamespaceWillStay(
  namespace: string,
  { createdAt, agentCreatedAt, foreign }: AgentNamespace,
): string | null {
  const older = createdAt !== null && agentCreatedAt !== null && +agentCreatedAt - +createdAt > ONE_MANIFEST
  const because = older
    ? 'it was there before the agent'
    : foreign.length > 0
      ? `it holds what is not Moorage’s: ${inWords(foreign)}`
      : null
  return because === null ? null : `The namespace ${namespace}: ${because}. The labels that the manifest gave it go.`
}
