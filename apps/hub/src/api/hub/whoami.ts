import { os, whoAsks } from '../context.ts'

export const whoami = os.hub.whoami.handler(({ context }) => whoAsks(context))
