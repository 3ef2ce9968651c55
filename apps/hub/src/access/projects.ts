import type { Subject } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { Project, ProjectRemoval, WriteProject } from '@moorage/contract/project.ts'
import { clusterUnknown, MoorageError, notAllowed } from '../errors.ts'
import {
  addToProject,
  deleteProject,
  listProjects,
  type ProjectRow,
  putProject,
  removeFromProject,
} from '../store/projects.ts'
import type { Store } from '../store/store.ts'
import { changeRights, type RightsChange, type RightsDeps, requireMove } from './change-rights.ts'
import { decide } from './decide.ts'
import { type CompiledBinding, isCurrent, type Policy } from './policy.ts'
import { reachesCluster } from './scope.ts'

/** The project that is always there. */
const DEFAULT = 'default'

const toProject = ({ created_at, ...row }: ProjectRow): Project => ({
  ...row,
  createdAt: created_at?.toISOString() ?? null,
})

/** The projects that somebody may see, each with those of its clusters that they may see; null of those means all. */
export async function visibleProjects(
  { store }: { store: Pick<Store, 'db'> },
  { who, policy, now, seen }: { who: Identity; policy: Policy; now: Date; seen: ReadonlySet<string> | null },
): Promise<Project[]> {
  return (await listProjects(store.db))
    .filter(
      ({ name }) =>
        decide(who, { kind: 'hub', verb: 'list', resource: 'projects', project: name }, policy, now).allowed,
    )
    .map(row => toProject({ ...row, clusters: row.clusters.filter(({ id }) => seen === null || seen.has(id)) }))
}

const find = async ({ trx }: Pick<RightsChange, 'trx'>, name: string) =>
  (await listProjects(trx)).find(row => row.name === name)

/** A cluster in, or out of, another project, by whoever may change the cluster. */
function requireCluster(rights: RightsChange, ref: string): ClusterFacts {
  const { who, policy, now, clusterOf } = rights
  const cluster = clusterOf(ref)
  const may = (verb: 'get' | 'update') =>
    cluster !== undefined && decide(who, { kind: 'hub', verb, resource: 'clusters', cluster }, policy, now).allowed
  if (cluster === undefined || !may('get')) throw clusterUnknown(ref)
  if (!may('update')) throw notAllowed(`No binding lets ${who.name} update cluster ${cluster.name}.`)
  return cluster
}

async function add(rights: RightsChange, project: string, ref: string): Promise<void> {
  const cluster = requireCluster(rights, ref)
  if (cluster.projects.includes(project)) return
  requireMove(rights, cluster, { ...cluster, projects: [...cluster.projects, project] })
  await addToProject(rights.trx, project, cluster.id, rights.who.name, rights.now)
}

async function remove(rights: RightsChange, project: string, cluster: ClusterFacts): Promise<boolean> {
  requireMove(rights, cluster, { ...cluster, projects: cluster.projects.filter(each => each !== project) })
  return removeFromProject(rights.trx, project, cluster.id)
}

/** Makes a project or changes it; with a list of clusters, these are in it afterwards, beside those at home there. */
export function writeProject(deps: RightsDeps, { clusters, ...input }: WriteProject, who: Identity): Promise<Project> {
  return changeRights(deps, who, async rights => {
    await putProject(rights.trx, input, who.name, rights.now)
    if (clusters !== undefined) {
      const wanted = new Set(clusters.map(ref => requireCluster(rights, ref).id))
      const guests = (await find(rights, input.name))!.clusters.filter(({ home }) => !home)
      for (const ref of clusters) await add(rights, input.name, ref)
      for (const { id } of guests) if (!wanted.has(id)) await remove(rights, input.name, requireCluster(rights, id))
    }
    return toProject((await find(rights, input.name))!)
  })
}

/** Puts a cluster into a project beside its home. */
export function addCluster(deps: RightsDeps, project: string, ref: string, who: Identity): Promise<Project> {
  return changeRights(deps, who, async rights => {
    await add(rights, project, ref)
    return toProject((await find(rights, project))!)
  })
}

/** Takes a cluster out of a project that is not its home. */
export function removeCluster(deps: RightsDeps, project: string, ref: string, who: Identity): Promise<Project> {
  return changeRights(deps, who, async rights => {
    const cluster = requireCluster(rights, ref)
    const row = await find(rights, project)
    const placed = row?.clusters.find(({ id }) => id === cluster.id)
    if (row === undefined || placed === undefined) throw notIn(project, cluster.name)
    if (placed.home) {
      throw new MoorageError('in_use', `Project ${project} is the home of cluster ${cluster.name}.`, {
        fix: `Give it another home first: moorage cluster update ${cluster.name} --project PROJECT.`,
      })
    }
    await remove(rights, project, cluster)
    return toProject((await find(rights, project))!)
  })
}

const notIn = (project: string, cluster: string) =>
  new MoorageError('not_found', `Cluster ${cluster} is not in project ${project}.`, {
    fix: 'List the projects to see their clusters.',
  })

/** Forgets an empty project. */
export function removeProject(deps: RightsDeps, name: string, who: Identity): Promise<void> {
  return changeRights(deps, who, async rights => {
    const row = await find(rights, name)
    if (row === undefined) {
      throw new MoorageError('not_found', `There is no project ${name}.`, {
        fix: 'List the projects to see their names.',
      })
    }
    const homes = row.clusters.filter(({ home }) => home)
    const bindings = rights.policy.bindings.filter(
      ({ scope }) => scope.clusters?.by === 'project' && scope.clusters.project === name,
    )
    const users = [
      ...(name === DEFAULT ? ['it is the default one'] : []),
      ...(homes.length > 0 ? [`${homes.length} clusters are at home there, such as ${homes[0]?.name}`] : []),
      ...(bindings.length > 0 ? [`${bindings.length} bindings are for it, such as ${bindings[0]?.name}`] : []),
    ]
    if (users.length > 0) {
      throw new MoorageError('in_use', `Project ${name} can not be deleted: ${users.join('; ')}.`, {
        fix:
          name === DEFAULT
            ? 'It always stays; clusters are at home elsewhere by "moorage cluster update NAME --project PROJECT".'
            : 'Give its clusters another home with "moorage cluster update NAME --project PROJECT", and delete its bindings.',
      })
    }
    for (const { id } of row.clusters) await remove(rights, name, rights.clusterOf(id)!)
    await deleteProject(rights.trx, name)
  })
}

/** Who would lose what, were the cluster taken out of the project. */
export function previewRemoval(project: string, cluster: ClusterFacts, policy: Policy, now: Date): ProjectRemoval {
  if (!cluster.projects.includes(project)) throw notIn(project, cluster.name)
  const after = { ...cluster, projects: cluster.projects.filter(each => each !== project) }
  const gives = (binding: CompiledBinding) => isCurrent(binding, now) && reachesCluster(binding.scope, cluster)
  const lost = policy.bindings.filter(binding => gives(binding) && !reachesCluster(binding.scope, after))
  const kept = policy.bindings.filter(binding => gives(binding) && reachesCluster(binding.scope, after))
  const keyOf = ({ kind, name }: Subject) => `${kind} ${name}`
  const stay = new Set(kept.flatMap(({ subjects }) => subjects.map(keyOf)))
  const gone = new Map(lost.flatMap(({ subjects }) => subjects.map(each => [keyOf(each), each] as const)))
  return {
    project,
    cluster: cluster.name,
    bindings: lost.map(({ name, role, subjects }) => ({ name, role, subjects: [...subjects] })),
    subjects: [...gone].filter(([key]) => !stay.has(key)).map(([, subject]) => subject),
  }
}
