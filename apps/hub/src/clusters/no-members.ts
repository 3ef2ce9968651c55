import { MoorageError } from '../errors.ts'
import type { Members } from './deps.ts'

/** No agent is connected: a hub without tunnels, as in tests of what needs none. */
export const noMembers = (): Members => ({
  connected: () => false,
  control: () => {
    throw new MoorageError('agent_disconnected', 'The agent of the cluster is not connected.')
  },
  cut: async () => {},
})
