import { os } from '../context.ts'

export const info = os.hub.info.handler(({ context }) => context.deps.info)
