import { markImportStep } from '../store/import-steps.ts'
import type { Store } from '../store/store.ts'
import type { StepSeen } from './import-progress.ts'

/** Writes the steps of one cluster's import as they are reached, each once. */
export class StepWriter {
  readonly #store: Pick<Store, 'db'>
  readonly #reached = new Set<string>()
  #failed = ''
  #generation = -1

  constructor(store: Pick<Store, 'db'>) {
    this.#store = store
  }

  /** True where people would see a difference. `generation` is the cluster's: an import that begins anew has another one. */
  async write(clusterId: string, generation: number, steps: readonly StepSeen[], now: Date): Promise<boolean> {
    if (generation !== this.#generation) {
      this.#reached.clear()
      this.#failed = ''
    }
    this.#generation = generation
    let wrote = false
    for (const { name, status, message } of steps) {
      const failed = `${name} ${message}`
      if (this.#reached.has(name) || (status === 'failed' && this.#failed === failed)) continue
      await markImportStep(this.#store.db, clusterId, name, { status, message }, now)
      if (status === 'ok') this.#reached.add(name)
      else this.#failed = failed
      wrote = true
    }
    return wrote
  }
}
