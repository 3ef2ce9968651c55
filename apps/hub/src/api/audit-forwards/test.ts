import { senderOf } from '../../forwards/otlp-logs.ts'
import { findForward } from '../../forwards/settings.ts'
import { tryForward } from '../../forwards/try-forward.ts'
import { os, whoAsks } from '../context.ts'

export const test = os.auditForwards.test.handler(async ({ context, input: { forward } }) => {
  const { deps, request } = context
  const row = await findForward(deps, forward)
  const startedAt = performance.now()
  await tryForward({ ...deps, sender: senderOf(deps.info) }, row, whoAsks(context), request.id)
  return { durationMs: Math.round(performance.now() - startedAt) }
})
