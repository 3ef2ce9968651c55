import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from '@moorage/hub/store/make-folder.ts'
import { parse, stringify } from 'yaml'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import { writePrivate } from '../write-private.ts'

/** One hub that a person is signed in to. */
export interface HubContext {
  name: string
  url: string
  token: string
  /** The CA that the hub's certificate is verified by, PEM. Without it, the system's CAs. */
  ca?: string
}

export interface ConfigFile {
  /** Name of the context that is used where none is named. */
  current?: string
  contexts: HubContext[]
}

/** Where the sign-ins are kept: MOORAGE_CONFIG, else `moorage/config.yaml` below XDG_CONFIG_HOME or ~/.config. */
export function configPath(io: Pick<Io, 'env' | 'home'>): string {
  if (io.env.MOORAGE_CONFIG) return io.env.MOORAGE_CONFIG
  return join(io.env.XDG_CONFIG_HOME || join(io.home, '.config'), 'moorage', 'config.yaml')
}

/** Reads the file; no file is the same as an empty one. */
export async function readConfig(io: Pick<Io, 'env' | 'home'>): Promise<ConfigFile> {
  const path = configPath(io)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: [] }
    throw new CliError('config_unreadable', exitCodes.failed, `${path} could not be read: ${(cause as Error).message}.`)
  }
  return toConfigFile(path, text)
}

/** Whether others on this machine can read the file, which holds tokens. */
export async function othersCanRead(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return process.platform !== 'win32' && found !== null && (found.mode & 0o077) !== 0
}

/** Writes the whole file, for its owner alone, so that a crash leaves the old or the new one. */
export async function writeConfig(io: Pick<Io, 'env' | 'home'>, config: ConfigFile): Promise<void> {
  const path = configPath(io)
  await makeFolder(dirname(path))
  await writePrivate(path, stringify(config, { lineWidth: 0 }))
}

/** With a context added, or put in the place of the one of that name, and made current. */
export const withContext = (config: ConfigFile, context: HubContext): ConfigFile => ({
  ...config,
  current: context.name,
  contexts: [...config.contexts.filter(({ name }) => name !== context.name), context],
})

/** With another CA for a hub, wherever the one before is saved for it. */
export const withCa = (
  config: ConfigFile,
  { url, ca: before }: { url: string; ca: string },
  ca: string,
): ConfigFile => ({
  ...config,
  contexts: config.contexts.map(context =>
    context.url === url && context.ca === before ? { ...context, ca } : context,
  ),
})

/** Without a context. Where it was the current one, the only other one becomes current, if there is just one. */
export function withoutContext(config: ConfigFile, name: string): ConfigFile {
  const contexts = config.contexts.filter(context => context.name !== name)
  if (config.current !== name) return { ...config, contexts }
  const [only] = contexts
  return contexts.length === 1 && only ? { current: only.name, contexts } : { contexts }
}

function toConfigFile(path: string, text: string): ConfigFile {
  const wrong = (what: string) =>
    new CliError('config_invalid', exitCodes.failed, `${path} ${what}.`, {
      fix: 'Correct it, or remove it and sign in again with "moorage login URL".',
    })
  let data: unknown
  try {
    data = parse(text)
  } catch {
    throw wrong('is not valid YAML') // without the parser's message, which quotes the text and so a token
  }
  if (data === null || data === undefined) return { contexts: [] }
  const { current, contexts } = data as Partial<ConfigFile>
  if (contexts !== undefined && !Array.isArray(contexts)) throw wrong('has no list "contexts"')
  const read = (contexts ?? []).map((context, i): HubContext => {
    if (![context?.name, context?.url, context?.token].every(field => typeof field === 'string' && field !== ''))
      throw wrong(`lacks name, url or token in contexts[${i}]`)
    const { name, url, token, ca } = context
    return { name, url, token, ...(typeof ca === 'string' && { ca }) }
  })
  return { ...(typeof current === 'string' && { current }), contexts: read }
}
