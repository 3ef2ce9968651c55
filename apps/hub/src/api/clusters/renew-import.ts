import { renewImport as renew } from '../../agents/renew-import.ts'
import { os, whoAsks } from '../context.ts'

export const renewImport = os.clusters.renewImport.handler(({ context, input: { cluster, ttlSeconds } }) =>
  renew(context.deps, cluster, ttlSeconds, whoAsks(context)),
)
