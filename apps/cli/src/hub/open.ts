import { readFile } from 'node:fs/promises'
import type { MoorageClient } from '@moorage/client/client.ts'
import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type Io, note } from '../io.ts'
import { configPath, othersCanRead, readConfig } from './config-file.ts'
import { type HubInit, hubFetch } from './fetch.ts'
import { type HubTarget, resolveHub } from './resolve.ts'

/** The API of one hub, for as long as a command runs. */
export interface Hub extends AsyncDisposable {
  api: MoorageClient
  target: HubTarget
  /** For what is not part of the typed API. */
  fetch(path: string, init?: HubInit): Promise<Response>
}

/** Opens the hub that the command's `--hub`, the environment or the saved sign-ins name. */
export async function openHub(io: Io, command: Command): Promise<Hub> {
  return openNamedHub(io, command.optsWithGlobals<{ hub?: string }>().hub)
}

/** Opens the saved hub of that name; without one, that of the environment or the current one. */
export async function openNamedHub(io: Io, name: string | undefined): Promise<Hub> {
  const target = resolveHub(await readConfig(io), io.env, name)
  const path = configPath(io)
  if (await othersCanRead(path))
    note(io, `Careful: others on this machine can read ${path}, which holds tokens. Run: chmod 600 ${path}`)
  return openTarget(io, target)
}

/** Opens a hub whose address and token are known. */
export async function openTarget(io: Pick<Io, 'env'>, target: HubTarget): Promise<Hub> {
  const ca = target.caPath ? await readCa(target.caPath) : target.ca
  const http = hubFetch({ url: target.url, ca, env: io.env })
  // Loaded only here: help and completion answer without it.
  const { moorageClient } = await import('@moorage/client/client.ts')
  return {
    api: moorageClient({ url: target.url, token: target.token || undefined, fetch: http.fetch }),
    target,
    fetch: (path, init) =>
      http.fetch(`${target.url}${path}`, {
        ...init,
        headers: { ...init?.headers, authorization: `Bearer ${target.token}` },
      }),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}

/** Reads a CA's certificate from a file. */
export async function readCa(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CliError('ca_unreadable', exitCodes.usage, `The CA file ${path} could not be read: ${cause.message}.`)
  })
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new CliError('ca_unreadable', exitCodes.usage, `${path} holds no certificate.`, {
    fix: 'Give a file in PEM form, one that has "-----BEGIN CERTIFICATE-----" in it.',
  })
}
