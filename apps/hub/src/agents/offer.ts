import { AGENT_NAMESPACE, type AgentManifest, type AgentOptions, type ImportProvider } from '@moorage/contract/agent.ts'
import type { Mode } from '@moorage/contract/cluster.ts'
import type { AgentDeps } from './deps.ts'
import { agentManifest, type ManifestInput, manifestYaml, objectsOf } from './manifest.ts'
import { rightsInWords } from './mode-rules.ts'
import { isLoopback } from './steps.ts'

export interface OfferInput {
  mode: Mode
  provider: ImportProvider
  options: AgentOptions
  /** null where the agent has a key already. */
  token: { text: string; expiresAt: Date } | null
}

const quoted = (text: string) => `'${text}'`

/** Where a manifest is fetched, by whoever has the token. */
const manifestUrl = (hubUrl: string, token: string) => `${hubUrl}/agent/v1/manifest/${token}.yaml`

/**
 * The one command. kubectl can not be told whom to trust for a URL, so where
 * the hub has its own CA, curl fetches the manifest and takes it from nobody
 * but the holder of the hub's key.
 */
export function applyCommand(url: string, pin: string | null): string {
  if (pin === null) return `kubectl apply -f ${quoted(url)}`
  return `curl -fsS --insecure --pinnedpubkey ${quoted(`sha256//${pin}`)} ${quoted(url)} | kubectl apply -f -`
}

function notesOf({ mode, options }: OfferInput, hubUrl: string, pinned: boolean): string[] {
  const { proxy, proxyNeededForHub, existingNamespace, namespace, imagePullSecret } = options
  const used = proxy?.https ?? proxy?.http
  return [
    ...(isLoopback(new URL(hubUrl).hostname)
      ? [`The agent dials ${hubUrl}, which is the hub’s own machine: for pods, give the hub a --public-url first.`]
      : []),
    ...(used !== undefined && mode === 'read-only' && proxyNeededForHub
      ? ['The agent dials the hub through a proxy, as it can not be reached otherwise; nothing else uses the proxy.']
      : []),
    ...(existingNamespace ? [`The namespace ${namespace} must be there already; it stays when the agent goes.`] : []),
    ...(existingNamespace || namespace === AGENT_NAMESPACE
      ? []
      : [
          `The namespace ${namespace} must not be there yet: kubectl apply would relabel one that is, and restrict the pods in it. For one that is, import with --existing-namespace. It stays in any case, and those labels go with the agent.`,
        ]),
    ...(imagePullSecret === undefined
      ? []
      : [`The Secret ${namespace}/${imagePullSecret} is yours to make, and stays.`]),
    ...(pinned
      ? ['The hub has its own CA. The command takes the manifest only from the holder of the hub’s key.']
      : []),
    ...(mode === 'full' ? ['Mode full begins once the hub has seen the rights, not before.'] : []),
  ]
}

/** What the manifest of a cluster's agent is made from. */
export const manifestInput = (
  deps: Pick<AgentDeps, 'face' | 'instance'>,
  { mode, provider, options }: Pick<OfferInput, 'mode' | 'provider' | 'options'>,
  joinToken: string | null,
): ManifestInput => {
  const { url, version, agentImage, caPem } = deps.face
  return { hub: { instance: deps.instance, url, version, agentImage, caPem }, mode, provider, options, joinToken }
}

/** What the owner of a cluster is shown and asked to apply. */
export function offerManifest(deps: Pick<AgentDeps, 'face' | 'instance'>, input: OfferInput): AgentManifest {
  const { mode, options, token } = input
  const { face } = deps
  const made = manifestInput(deps, input, token?.text ?? null)
  const pin = face.caPem === null ? null : face.pin()
  const url = token === null ? null : manifestUrl(face.url, token.text)
  return {
    manifest: manifestYaml(made),
    creates: objectsOf(agentManifest(made)).map(({ apiVersion: _, ...object }) => object),
    rights: rightsInWords(mode, options),
    notes: notesOf(input, face.url, pin !== null && url !== null),
    url,
    command: url === null ? null : applyCommand(url, pin),
    expiresAt: token?.expiresAt.toISOString() ?? null,
  }
}
