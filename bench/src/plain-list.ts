import type { ControlPlane } from '@moorage/testkit/control-plane.ts'
import { Agent, fetch } from 'undici'

/** What the projector reads of a member that has nothing but nodes and pods. */
const PATHS = ['/api/v1/nodes', '/api/v1/pods', '/api/v1/namespaces', '/api/v1/events', '/apis/apps/v1/deployments']

/** Reads the member's lists in pages of 500 and parses them, nothing else: what any client has to do at least. */
export async function listEverything(member: ControlPlane): Promise<{ ms: number; objects: number }> {
  const dispatcher = new Agent({ connect: { ca: member.caPem, cert: member.adminCert, key: member.adminKey } })
  const start = performance.now()
  let objects = 0
  for (const path of PATHS) {
    let token = ''
    do {
      const answer = await fetch(`${member.url}${path}?limit=500&continue=${encodeURIComponent(token)}`, { dispatcher })
      const page = (await answer.json()) as { items: unknown[]; metadata: { continue?: string } }
      objects += page.items.length
      token = page.metadata.continue ?? ''
    } while (token !== '')
  }
  const ms = performance.now() - start
  await dispatcher.destroy()
  return { ms, objects }
}
