import { dirname } from 'node:path'

/** An entry of package-lock.json (lockfileVersion 3), as far as it matters here. */
export interface LockEntry {
  link?: boolean
  resolved?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}
export type LockPackages = Record<string, LockEntry>

/** What a program needs to run: folders of the repository, and packages below `node_modules`. */
export interface Tree {
  /** Workspace folders, such as `apps/hub`. */
  workspaces: string[]
  /** Paths such as `node_modules/ws`. */
  packages: string[]
}

/** What the workspace at `start` needs, without what only its development does. Paths are sorted. */
export function productionTree(lock: LockPackages, start: string): Tree {
  const seen = new Set<string>()
  const waiting = [start]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    for (const name of needs(lock[path] ?? {})) {
      const found = find(lock, path, name)
      if (found) waiting.push(lock[found]?.link ? workspaceOf(lock, found) : found)
    }
  }
  const all = [...seen].sort()
  return {
    workspaces: all.filter(path => !path.startsWith('node_modules/')),
    packages: all.filter(path => path.startsWith('node_modules/')),
  }
}

/** An optional package that is not for this platform is in no folder, so its entry is passed over when copied. */
const needs = ({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }: LockEntry) => [
  ...Object.keys(dependencies ?? {}),
  ...Object.keys(optionalDependencies ?? {}),
  ...Object.keys(peerDependencies ?? {}).filter(name => !peerDependenciesMeta?.[name]?.optional),
]

/** Node's own way: the nearest `node_modules` upwards that has it. */
function find(lock: LockPackages, from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (lock[path]) return path
    if (folder === '.') return null
  }
}

/** npm writes a workspace as a link whose `resolved` is its folder. The lockfile may leave that out: then the name tells. */
function workspaceOf(lock: LockPackages, link: string): string {
  const { resolved } = lock[link] ?? {}
  if (resolved !== undefined) return resolved
  throw new Error(`package-lock.json does not say where ${link} is.`)
}
