import { agents } from './routes/agents.ts'
import { audit } from './routes/audit.ts'
import { clusters } from './routes/clusters.ts'
import { hub } from './routes/hub.ts'
import { inventory } from './routes/inventory.ts'
import { sessions } from './routes/sessions.ts'
import { tokens } from './routes/tokens.ts'

/** The whole API. Paths are below `/api/v1`. */
export const router = { clusters, agents, inventory, hub, tokens, sessions, audit }
