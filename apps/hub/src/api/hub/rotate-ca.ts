import { rotateCa as rotate } from '../../agents/rotate-ca.ts'
import { os } from '../context.ts'

export const rotateCa = os.hub.rotateCa.handler(({ context, input }) => rotate(context.deps, input, context.step))
