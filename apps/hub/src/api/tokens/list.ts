import { listTokens } from '../../access/tokens.ts'
import { os } from '../context.ts'

export const list = os.tokens.list.handler(({ context, input }) => listTokens(context.deps, input))
