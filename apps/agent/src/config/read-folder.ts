import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from './config-error.ts'

/** The files of a folder that a ConfigMap is mounted at, by name. Kubernetes' own links to versions of it are left out. */
export function readFolder(path: string): Record<string, string> {
  try {
    const names = readdirSync(path).filter(name => !name.startsWith('..'))
    return Object.fromEntries(names.map(name => [name, readFileSync(join(path, name), 'utf8')]))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(
      path,
      `The configuration at ${path} can not be read (${code}): is the ConfigMap moorage-agent mounted there?`,
    )
  }
}
