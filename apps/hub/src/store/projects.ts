import type { WriteProject } from '@moorage/contract/project.ts'
import { type Kysely, sql } from 'kysely'
import { deleteNamed, putNamed } from './named.ts'
import type { Database } from './tables.ts'

export interface ProjectRow {
  name: string
  description: string
  labels: Record<string, string>
  /** null for a project that nobody wrote down: the default one, or a cluster's home. */
  created_at: Date | null
  clusters: { id: string; name: string; home: boolean }[]
}

/** Every project by name, with its clusters. */
export async function listProjects(db: Kysely<Database>): Promise<ProjectRow[]> {
  const { rows } = await sql<ProjectRow>`
    with named as (
      select name from projects union select 'default' union select project from clusters
    ), placed as (
      select project collate "C" as project, id, name, true as home from clusters
      union all
      select p.project, c.id, c.name, false from project_clusters p join clusters c on c.id = p.cluster_id and c.project <> p.project
    )
    select n.name, coalesce(p.description, '') as description, coalesce(p.labels, '{}') as labels, p.created_at,
      coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', placed.name, 'home', home) order by placed.name)
        from placed where project = n.name), '[]') as clusters
    from named n left join projects p on p.name = n.name
    order by n.name collate "C"`.execute(db)
  return rows
}

/** Stores what is said of a project; one of this name is replaced. True where nothing was said of it before. */
export async function putProject(
  db: Kysely<Database>,
  { name, description, labels }: WriteProject,
  by: string,
  now: Date,
): Promise<boolean> {
  return putNamed(db, 'projects', { name, description, labels: JSON.stringify(labels) }, { by, now })
}

/** Forgets a project and which clusters it has beside those whose home it is. False where nothing was said of it. */
export const deleteProject = (db: Kysely<Database>, name: string): Promise<boolean> => deleteNamed(db, 'projects', name)

/** Puts a cluster into a project, beside its home. The project is written down where nobody had. */
export async function addToProject(
  db: Kysely<Database>,
  project: string,
  clusterId: string,
  by: string,
  now: Date,
): Promise<void> {
  await db
    .insertInto('projects')
    .values({ name: project, description: '', labels: '{}', created_at: now, created_by: by })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  await db
    .insertInto('project_clusters')
    .values({ project, cluster_id: clusterId, added_at: now, added_by: by })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** Takes a cluster out of a project that is not its home. False where it was not in it. */
export async function removeFromProject(db: Kysely<Database>, project: string, clusterId: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('project_clusters')
    .where('project', '=', project)
    .where('cluster_id', '=', clusterId)
    .returning('project')
    .executeTakeFirst()
  return gone !== undefined
}
