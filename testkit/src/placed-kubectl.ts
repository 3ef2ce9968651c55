import { chmodSync, copyFileSync, linkSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './binaries.ts'

/** A kubectl where every user of the machine can run it, as a hub that is root has its prompt's run by nobody. */
export async function placeKubectl(): Promise<Disposable & { readonly path: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-kubectl-'))
  chmodSync(dir, 0o755)
  const path = join(dir, 'kubectl')
  const built = realpathSync(await program('kubectl'))
  try {
    linkSync(built, path)
  } catch {
    copyFileSync(built, path) // on another file system
  }
  return { path, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
}
