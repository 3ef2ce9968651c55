import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { go } from './go.ts'
import { KUBERNETES_PROGRAMS, KUBERNETES_VERSION, type Program } from './programs.ts'

const run = promisify(execFile)

/** The module whose one executable is every program of Kubernetes. */
const KUBERNETES_MODULE = fileURLToPath(new URL('../binaries/kubernetes/', import.meta.url))
const KWOK = { module: 'sigs.k8s.io/kwok', version: 'v0.8.0' }
/** Bytes of a command's output that are kept: rendered stages are 20 KB. */
const MAX_OUTPUT = 16 * 1024 * 1024

/** Builds what `name` needs into `folder` (whole or not at all). Rejects with the reason. */
export async function buildWithGo(name: Program, folder: string, log: (line: string) => void): Promise<void> {
  const kubernetes = isKubernetes(name)
  const file = kubernetes ? 'kubernetes' : name
  if (!existsSync(join(folder, file))) {
    const scratch = mkdtempSync(join(folder, '.build-'))
    try {
      if (kubernetes) await buildKubernetes(scratch, log)
      else if (name === 'kwok')
        await install(`${KWOK.module}/cmd/kwok@${KWOK.version}`, scratch, 'about 2 minutes', log)
      else if (name === 'metrics-server')
        await install('sigs.k8s.io/metrics-server/cmd/metrics-server@v0.9.0', scratch, 'about 2 minutes', log)
      else if (name === 'helm') await install('helm.sh/helm/v3/cmd/helm@v3.22.0', scratch, 'about 4 minutes', log)
      else await renderStages(scratch, join(folder, 'kubernetes'), log)
      renameSync(join(scratch, file), join(folder, file))
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  }
  linkToKubernetes(name, folder)
}

/** Gives the one executable the name of a program of Kubernetes, where it is one and the executable is there. */
export function linkToKubernetes(name: Program, folder: string): boolean {
  if (!isKubernetes(name) || !existsSync(join(folder, 'kubernetes'))) return false
  rmSync(join(folder, name), { force: true }) // a dangling link
  symlinkSync('kubernetes', join(folder, name))
  return true
}

function isKubernetes(name: Program): boolean {
  return (KUBERNETES_PROGRAMS as readonly string[]).includes(name)
}

async function buildKubernetes(scratch: string, log: (line: string) => void): Promise<void> {
  const version = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .map(path => `-X ${path}.gitVersion=${KUBERNETES_VERSION}`)
    .join(' ')
  const args = ['build', '-trimpath', '-ldflags', `-s -w ${version}`, '-o', join(scratch, 'kubernetes'), '.']
  await go(args, { cwd: KUBERNETES_MODULE }, `Kubernetes ${KUBERNETES_VERSION}, 8 to 12 minutes on 2 cores, once`, log)
}

async function install(target: string, scratch: string, long: string, log: (line: string) => void): Promise<void> {
  await go(['install', '-trimpath', '-ldflags=-s -w', target], { env: { GOBIN: scratch } }, `${target}, ${long}`, log)
}

/** The simulated kubelet does nothing without stages; its module brings them as a kustomization. */
async function renderStages(scratch: string, kubernetes: string, log: (line: string) => void): Promise<void> {
  if (!existsSync(kubernetes)) await buildWithGo('kubectl', join(kubernetes, '..'), log)
  log('rendering the stages of simulated nodes and pods')
  const { stdout } = await run('go', ['mod', 'download', '-json', `${KWOK.module}@${KWOK.version}`])
  const { Dir } = JSON.parse(stdout) as { Dir: string }
  const kubectl = join(scratch, 'kubectl')
  symlinkSync(kubernetes, kubectl)
  const render = async (path: string) =>
    (
      await run(kubectl, ['kustomize', '--load-restrictor', 'LoadRestrictionsNone', join(Dir, 'kustomize', path)], {
        maxBuffer: MAX_OUTPUT,
      })
    ).stdout
  const parts = [await render('stage/fast'), await render('metrics/resource')]
  writeFileSync(join(scratch, 'kwok-stages.yaml'), parts.join('---\n'))
}
