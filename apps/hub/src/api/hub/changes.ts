import type { Change } from '@moorage/contract/hub.ts'
import { os } from '../context.ts'

/** Changes from now on, until the request's signal aborts. */
export const changes = os.hub.changes.handler(async function* ({ context, signal }): AsyncGenerator<Change, void> {
  yield* context.deps.changes.subscribe(signal ?? AbortSignal.abort())
})
