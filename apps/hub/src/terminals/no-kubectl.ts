import { MoorageError } from '../errors.ts'
import type { Runner } from './run-kubectl.ts'

/** The program that the prompt runs, or why there is none. */
export function requireKubectl(runner: Runner | null): Runner {
  if (runner !== null) return runner
  throw new MoorageError('kubectl_missing', 'The prompt runs kubectl on the hub’s machine, and there is none.', {
    fix: 'Who runs the hub can install kubectl on its PATH, or name it with "moorage server --kubectl PATH", and start the hub again. "moorage kubectl" works without.',
  })
}
