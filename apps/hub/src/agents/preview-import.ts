import { AgentOptions, type ImportPreview, type PreviewImport } from '@moorage/contract/agent.ts'
import { adoptableAs } from './adoptable.ts'
import type { AgentDeps } from './deps.ts'
import { offerManifest } from './offer.ts'

/** What the owner of a cluster would be told of an import. Stores nothing. */
export async function previewImport(
  deps: Pick<AgentDeps, 'face' | 'instance' | 'members' | 'now' | 'store'>,
  { name, mode, namespace, existingNamespace, imagePullSecret }: PreviewImport,
): Promise<ImportPreview> {
  const known = name === undefined ? undefined : await adoptableAs(deps, name)
  const options = AgentOptions.parse({ namespace, existingNamespace: existingNamespace === 'true', imagePullSecret })
  // The words are those of a manifest with a token, though none is made.
  const token = { text: '', expiresAt: deps.now() }
  const { creates, rights, notes } = offerManifest(deps, { mode, provider: 'generic', options, token })
  return { creates, rights, notes, adopts: known !== undefined && known.uid !== null }
}
