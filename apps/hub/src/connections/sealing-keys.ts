import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeFolder } from '../store/make-folder.ts'
import { parseSealingKey, SealingError, type SealingKey } from './sealing-key.ts'

/** A command that asks a KMS over the network. */
const COMMAND_TIMEOUT_MS = 30_000
const CURRENT = 'current.key'

/** Where the key comes from that values are sealed with. */
export type SealingSource =
  | { kind: 'folder'; dir: string }
  | { kind: 'file'; path: string }
  | { kind: 'text'; key: string }
  | { kind: 'command'; command: string }

/**
 * The hub's sealing keys, the one that seals first. Keys in `dir` open what was sealed before, wherever the current
 * one comes from: to rotate, put a new key in the place of the current one and leave the old one in the folder.
 */
export async function loadSealingKeys(source: SealingSource, dir: string): Promise<SealingKey[]> {
  const current = await loadCurrent(source)
  const others = await readFolder(dir)
  return [current, ...others.filter(key => key.id !== current.id)]
}

/** Every key that is there, without making one: what a restore can count on. */
export async function findSealingKeys(source: SealingSource, dir: string): Promise<SealingKey[]> {
  return source.kind === 'folder' ? readFolder(dir) : loadSealingKeys(source, dir)
}

async function loadCurrent(source: SealingSource): Promise<SealingKey> {
  switch (source.kind) {
    case 'folder':
      return currentOfFolder(source.dir)
    case 'file':
      return parseSealingKey(await read(source.path), source.path)
    case 'text':
      return parseSealingKey(source.key, 'MOORAGE_SEALING_KEY')
    case 'command':
      return parseSealingKey(await run(source.command), '--sealing-key-command')
  }
}

/** Makes the key on the first start. Two hubs that share the folder and start at once agree on one. */
async function currentOfFolder(dir: string): Promise<SealingKey> {
  await makeFolder(dir)
  const file = join(dir, CURRENT)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unreadable(file, error)
  })
  if (text !== null) return parseSealingKey(text, file)
  const unfinished = join(dir, `new-${randomUUID()}`)
  await writeFile(unfinished, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
  // Unlike a rename, a link fails where another hub was faster: then its key is the one.
  await link(unfinished, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw unreadable(file, error)
  })
  await rm(unfinished)
  return parseSealingKey(await read(file), file)
}

async function readFolder(dir: string): Promise<SealingKey[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw unreadable(dir, error)
  })
  const files = names.filter(name => name.endsWith('.key')).sort()
  return Promise.all(files.map(async name => parseSealingKey(await read(join(dir, name)), join(dir, name))))
}

/** Puts a new key in the place of the current one, which stays beside it under its id. */
export async function rotateFolderKey(dir: string): Promise<SealingKey> {
  const old = await currentOfFolder(dir)
  const made = `${randomBytes(32).toString('base64')}\n`
  const unfinished = join(dir, 'new')
  await writeFile(unfinished, made, { mode: 0o600, flush: true })
  await writeFile(join(dir, `${old.id}.key`), await read(join(dir, CURRENT)), { mode: 0o600, flush: true })
  await rename(unfinished, join(dir, CURRENT))
  return parseSealingKey(made, join(dir, CURRENT))
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(error => {
    throw unreadable(file, error)
  })
}

/** By the shell, as its operator wrote it for one. What it prints on either stream is never repeated. */
async function run(command: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { timeout: COMMAND_TIMEOUT_MS })
    return stdout
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    const how = code === null ? `did not end within ${COMMAND_TIMEOUT_MS / 1000} s` : `ended with ${code}`
    throw new SealingError(
      'sealing_key_unusable',
      `The command of --sealing-key-command ${how}; it should print the key.`,
    )
  }
}

const unreadable = (path: string, error: Error) =>
  new SealingError('sealing_key_unusable', `The sealing key ${path} can not be read: ${error.message}.`, {
    cause: error,
  })
