import { agentControl } from './control.ts'
import { disconnected } from './failure.ts'
import type { FindRoute } from './route.ts'
import { agentTransport } from './transport.ts'
import type { Tunnels } from './tunnels.ts'

const noRoute: FindRoute = () => Promise.reject(disconnected())

/** No agent is ever connected: for what needs none. */
export const noTunnels = (): Pick<Tunnels, 'transport' | 'control' | 'connected' | 'cut'> => ({
  transport: clusterId => agentTransport(noRoute, clusterId, () => 0),
  control: clusterId => agentControl(noRoute, clusterId),
  connected: async () => false,
  cut: async () => {},
})
