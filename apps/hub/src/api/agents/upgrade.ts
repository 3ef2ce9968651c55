import { upgradeAgents } from '../../agents/upgrade.ts'
import { os } from '../context.ts'

export const upgrade = os.agents.upgrade.handler(({ context, input }) =>
  upgradeAgents(context.deps, input, context.step),
)
