/**
 * `./run lock`: writes package-lock.json anew from the manifests.
 *
 * npm leaves a package's build for another platform out of the lockfile when
 * the registry in use does not have it, and `npm ci` then refuses that
 * lockfile. Such an entry is added here without a checksum: on its platform npm
 * fetches it by version, elsewhere it is passed over. `resolved` is left out,
 * as it would record which registry was asked.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

interface Entry {
  version?: string
  resolved?: string
  link?: boolean
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
interface Lockfile {
  packages: Record<string, Entry>
}

const OS = ['linux', 'darwin', 'win32', 'android', 'freebsd', 'openharmony', 'sunos', 'netbsd', 'openbsd', 'aix']
const CPU = ['x64', 'arm64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']
const LIBC: Record<string, string> = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

/** The platform that a package's name says it is built for. */
function platform(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/]/)
  const os = OS.filter(word => words.includes(word))
  const cpu = CPU.filter(word => words.includes(word))
  const libc = Object.keys(LIBC).filter(word => words.includes(word))
  return {
    ...(os.length > 0 && { os }),
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && os.includes('linux') && { libc: libc.map(word => LIBC[word] as string) }),
  }
}

function completed(lockfile: Lockfile): Lockfile {
  const packages = { ...lockfile.packages }
  for (const entry of Object.values(lockfile.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`
      const known = Object.keys(packages).some(path => path === key || path.endsWith(`/${key}`))
      // Only exact versions can be written down without asking the registry.
      if (!known && /^\d/.test(version))
        packages[key] = { version, ...platform(name), ...(entry.dev && { dev: true }), optional: true }
    }
  }
  for (const entry of Object.values(packages)) if (!entry.link) delete entry.resolved
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...lockfile, packages: Object.fromEntries(sorted) }
}

const dir = mkdtempSync(join(tmpdir(), 'moorage-lock-'))
const manifests = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'package.json', '*/package.json'],
  { encoding: 'utf8' },
)
for (const file of ['.npmrc', ...manifests.trim().split('\n')]) {
  mkdirSync(join(dir, dirname(file)), { recursive: true })
  cpSync(file, join(dir, file))
}
execFileSync('npm', ['install', '--package-lock-only', '--loglevel=error'], { cwd: dir, stdio: 'inherit' })
const lockfile = completed(JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')) as Lockfile)
writeFileSync('package-lock.json', `${JSON.stringify(lockfile, null, 2)}\n`)
rmSync(dir, { recursive: true })
