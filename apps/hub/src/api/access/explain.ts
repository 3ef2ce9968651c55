import type { Identity } from '@moorage/contract/hub.ts'
import { askedRequest, explain as explained } from '../../access/explain.ts'
import { os, whoAsks } from '../context.ts'
import { requireRight, requireVisibleCluster } from '../rights.ts'

/** Explains a decision, of the asker’s own or, to whoever may list the bindings there, of anybody’s. */
export const explain = os.access.explain.handler(async ({ context, input: { as, asKind, groups, ...asked } }) => {
  const { deps } = context
  const asker = whoAsks(context)
  const cluster = await requireVisibleCluster(context, asked.cluster)
  const other: Identity | null =
    as === undefined || (as === asker.name && asKind === asker.kind && groups === undefined)
      ? null
      : { kind: asKind, id: '', name: as, groups: groups?.split(',').filter(group => group !== '') ?? [] }
  if (other !== null) requireRight(context, { verb: 'list', resource: 'bindings', cluster })
  return explained(other ?? asker, askedRequest(asked, cluster), deps.policy.current(), deps.now())
})
