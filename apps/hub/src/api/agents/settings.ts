import { rollOutSettings } from '../../agents/roll-out.ts'
import { os } from '../context.ts'

export const settings = os.agents.settings.handler(({ context, input }) =>
  rollOutSettings(context.deps, input, context.step),
)
