import { os, whoAsks } from '../context.ts'
import { withLocalGroups } from '../rights.ts'

export const whoami = os.hub.whoami.handler(({ context }) => withLocalGroups(context.deps, whoAsks(context)))
