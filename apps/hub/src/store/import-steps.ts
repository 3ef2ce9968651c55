import type { ImportStepName } from '@moorage/contract/agent.ts'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database, ImportStepsTable } from './tables.ts'

export type ImportStepRow = Selectable<ImportStepsTable>

/**
 * Notes how a step of an import stands. A step that was reached stays reached
 * at that time; what failed before or after is told apart by the newest word.
 */
export async function markImportStep(
  db: Kysely<Database>,
  clusterId: string,
  name: ImportStepName,
  step: { status: 'ok' | 'failed' | 'waiting'; message: string },
  now: Date,
): Promise<void> {
  await db
    .insertInto('import_steps')
    .values({ cluster_id: clusterId, name, ...step, at: now })
    .onConflict(conflict =>
      conflict
        .columns(['cluster_id', 'name'])
        .doUpdateSet({ ...step, at: now })
        .where(sql<boolean>`import_steps.status <> 'ok'`),
    )
    .execute()
}

export function listImportSteps(db: Kysely<Database>, clusterId: string): Promise<ImportStepRow[]> {
  return db.selectFrom('import_steps').selectAll().where('cluster_id', '=', clusterId).execute()
}

/** Begins anew: a manifest was made again. */
export async function clearImportSteps(db: Kysely<Database>, clusterId: string): Promise<void> {
  await db.deleteFrom('import_steps').where('cluster_id', '=', clusterId).execute()
}
