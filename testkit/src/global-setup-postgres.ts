import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of an empty database of a real PostgreSQL; its user may create more. */
    databaseUrl: string
  }
}

/**
 * Starts the PostgreSQL that the module tests of a run share. Fails where there is none: nothing is skipped.
 *
 * @public
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  project.provide('databaseUrl', postgres.databaseUrl)
  return postgres.stop
}
