import { isDeepStrictEqual } from 'node:util'
import type { ApiClient, Json } from './api-client.ts'
import { dump } from './dump.ts'
import { eventually } from './eventually.ts'

/** ms; a control plane fills a new cluster for about this long. */
const WITHIN = 90_000
const EVERY = 2_000

/** Waits until a cluster has not changed for a while, and resolves with its dump. */
export async function dumpAtRest(api: ApiClient): Promise<Record<string, Json>> {
  let before: Record<string, Json> = {}
  await eventually(
    async () => {
      const now = await dump(api)
      const atRest = isDeepStrictEqual(now, before)
      before = now
      return atRest
    },
    { within: WITHIN, every: EVERY },
  )
  return before
}
