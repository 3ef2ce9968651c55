import type { ClusterFacts } from '@moorage/contract/access-request.ts'
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

/**
 * A name that bindings still speak of, as another cluster had it, takes the right
 * to give out there what they give. Project and labels are what it is put under.
 */
export async function requireMayTakeName(context: ApiContext, cluster: ClusterFacts): Promise<void> {
  const who = whoAsks(context)
  if (who.kind === 'token') return
  await changeRights(context.deps, who, async rights => {
    // No id and no name has a space in it.
    const after = { ...cluster, id: `new ${cluster.name}` }
    const clusterOf = (ref: string) => (ref === after.id ? after : rights.clusterOf(ref))
    requireMove({ ...rights, clusterOf }, { ...after, name: '' }, after)
  })
}
