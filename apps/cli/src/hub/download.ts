import type { Io } from '../io.ts'
import type { Hub } from './open.ts'

/** What the hub sends from an address outside its typed API. Throws its problem where it refuses. */
export async function download(io: Io, hub: Hub, path: string): Promise<AsyncIterable<Uint8Array>> {
  const answer = await hub.fetch(path, { signal: io.signal })
  if (!answer.ok || answer.body === null)
    throw await (await import('@moorage/client/problem-error.ts')).problemFrom(answer)
  return answer.body
}
