import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { KUBERNETES_VERSION, type Program } from './programs.ts'

/** Where the project that keeps envtest publishes its index: version → archive → address and SHA-512. */
export const ENVTEST_INDEX =
  'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml'
/** ms; an archive is 100 MB. */
const DOWNLOAD_WITHIN = 10 * 60_000
/** What an envtest archive holds. The rest is not in it and is built. */
const IN_ARCHIVE: readonly Program[] = ['etcd', 'kube-apiserver', 'kubectl']

interface Index {
  releases?: Record<string, Record<string, { hash?: string; selfLink?: string }>>
}

/** Fetches the official envtest archive into `folder`, if it has `name` and its digest is the published one. */
export async function downloadReleased(
  name: Program,
  folder: string,
  log: (line: string) => void,
  indexUrl = ENVTEST_INDEX,
): Promise<void> {
  if (!IN_ARCHIVE.includes(name)) throw new Error(`the envtest archive holds ${IN_ARCHIVE.join(', ')} only`)
  const file = `envtest-${KUBERNETES_VERSION}-${platform()}-${arch() === 'x64' ? 'amd64' : arch()}.tar.gz`
  const index = parse((await get(indexUrl)).toString()) as Index
  const entry = index.releases?.[KUBERNETES_VERSION]?.[file]
  if (!entry?.hash || !entry.selfLink) throw new Error(`the index at ${indexUrl} has no ${file}`)
  log(`downloading ${entry.selfLink}`)
  const archive = await get(entry.selfLink)
  const digest = createHash('sha512').update(archive).digest('hex')
  if (digest !== entry.hash)
    throw new Error(`the SHA-512 of ${entry.selfLink} is ${digest}, the published one ${entry.hash}`)
  const scratch = mkdtempSync(join(folder, '.download-'))
  try {
    writeFileSync(join(scratch, file), archive)
    execFileSync('tar', ['-xzf', file, '--strip-components=2'], { cwd: scratch })
    for (const each of IN_ARCHIVE) {
      chmodSync(join(scratch, each), 0o755)
      renameSync(join(scratch, each), join(folder, each))
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function get(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_WITHIN) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}
