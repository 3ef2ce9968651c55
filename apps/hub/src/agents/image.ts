/** Where agents come from unless the operator names a place of their own. */
const AGENT_IMAGE = 'moorage/agent'

/** Whether it says exactly which image: a colon before a slash is a registry's port. */
const isExact = (reference: string) => /[:@]/.test(reference.slice(reference.lastIndexOf('/') + 1))

/** The image of the agent that belongs to a version of the hub. `reference` is the operator's own: taken as it is where it has a tag or a digest. */
export function agentImage(version: string, reference: string | null = null): string {
  const from = reference ?? AGENT_IMAGE
  return isExact(from) ? from : `${from}:${version}`
}
