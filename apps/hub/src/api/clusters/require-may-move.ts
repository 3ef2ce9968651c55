import { changeRights, requireMove } from '../../access/change-rights.ts'
import { type ApiContext, whoAsks } from '../context.ts'
import { requireRight } from '../rights.ts'

interface Moved {
  name?: string | undefined
  project?: string | undefined
  labels?: Record<string, string | null> | undefined
}

/** Bindings reach clusters by name, project and labels, so a change of these is one of rights too. */
export async function requireMayMove(
  context: ApiContext,
  ref: string,
  { name, project, labels }: Moved,
): Promise<void> {
  const who = whoAsks(context)
  if (who.kind === 'token' || (name === undefined && project === undefined && labels === undefined)) return
  await changeRights(context.deps, who, async rights => {
    const before = rights.clusterOf(ref)
    if (before === undefined) return
    const [home = 'default', ...others] = before.projects
    const changed = Object.entries({ ...before.labels, ...labels }).filter(
      (pair): pair is [string, string] => pair[1] !== null,
    )
    const after = {
      ...before,
      name: name ?? before.name,
      labels: Object.fromEntries(changed),
      projects: [project ?? home, ...others],
    }
    if (project !== undefined) requireRight(context, { verb: 'connect', resource: 'clusters', cluster: after })
    requireMove(rights, before, after)
  })
}
