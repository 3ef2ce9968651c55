import { access } from './routes/access.ts'
import { account } from './routes/account.ts'
import { agents } from './routes/agents.ts'
import { audit } from './routes/audit.ts'
import { auditBodies } from './routes/audit-bodies.ts'
import { auditForwards } from './routes/audit-forwards.ts'
import { bindings } from './routes/bindings.ts'
import { clusters } from './routes/clusters.ts'
import { groups } from './routes/groups.ts'
import { hub } from './routes/hub.ts'
import { inventory } from './routes/inventory.ts'
import { issuers } from './routes/issuers.ts'
import { limits } from './routes/limits.ts'
import { projects } from './routes/projects.ts'
import { recordings } from './routes/recordings.ts'
import { roleRequests } from './routes/role-requests.ts'
import { roles } from './routes/roles.ts'
import { serviceAccounts } from './routes/service-accounts.ts'
import { sessions } from './routes/sessions.ts'
import { signIn } from './routes/sign-in.ts'
import { terminals } from './routes/terminals.ts'
import { tokens } from './routes/tokens.ts'
import { users } from './routes/users.ts'

/** The whole API. Paths are below `/api/v1`. */
export const router = {
  clusters,
  agents,
  inventory,
  projects,
  roles,
  bindings,
  groups,
  access,
  limits,
  roleRequests,
  hub,
  tokens,
  sessions,
  signIn,
  account,
  users,
  serviceAccounts,
  issuers,
  audit,
  auditForwards,
  auditBodies,
  recordings,
  terminals,
}
