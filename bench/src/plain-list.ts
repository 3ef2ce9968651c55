import type { ControlPlane } from '@moorage/testkit/control-plane.ts'

/** The kinds of which the bench's member has more than a few. */
const PATHS = ['/api/v1/nodes', '/api/v1/pods']

/** Reads the member's lists in pages of 500 and parses them, nothing else: what any client has to do at least. */
export async function listEverything(member: ControlPlane): Promise<{ ms: number; objects: number }> {
  const start = performance.now()
  let objects = 0
  for (const path of PATHS) {
    let token = ''
    do {
      const page = await member.api.get(`${path}?limit=500&continue=${encodeURIComponent(token)}`)
      objects += page.items.length
      token = page.metadata.continue ?? ''
    } while (token !== '')
  }
  return { ms: performance.now() - start, objects }
}
