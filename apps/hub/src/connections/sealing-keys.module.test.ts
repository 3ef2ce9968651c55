import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeSealer } from './sealing.ts'
import { findSealingKeys, loadSealingKeys, rotateFolderKey } from './sealing-keys.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'moorage-keys-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const folder = () => ({ kind: 'folder' as const, dir })
const text = randomBytes(32).toString('base64')

describe('sealing keys', () => {
  test('are made on the first start, for their owner alone, by one of those that start at once', async () => {
    expect(await findSealingKeys(folder(), dir)).toEqual([])
    const all = await Promise.all(Array.from({ length: 8 }, () => loadSealingKeys(folder(), dir)))
    expect(new Set(all.map(([key]) => key!.id)).size).toBe(1)
    expect(await readdir(dir)).toEqual(['current.key'])
    expect((await stat(join(dir, 'current.key'))).mode & 0o777).toBe(0o600)
    expect(await loadSealingKeys(folder(), dir)).toHaveLength(1)
  })

  test('are rotated: the old one goes on opening, and what is sealed anew needs the new one alone', async () => {
    const before = makeSealer(await loadSealingKeys(folder(), dir))
    const { sealed } = before.seal('secret', 'c')
    const made = await rotateFolderKey(dir)
    const after = makeSealer(await loadSealingKeys(folder(), dir))
    expect(after.keyId).toBe(made.id)
    expect(after.open(sealed, 'c')).toBe('secret')
    const again = after.reseal(sealed, 'c')!
    await rm(join(dir, `${before.keyId}.key`))
    const alone = makeSealer(await loadSealingKeys(folder(), dir))
    expect(alone.open(again.sealed, 'c')).toBe('secret')
    expect(() => alone.open(sealed, 'c')).toThrow(/does not have/)
  })

  test('come from a variable, a file or a command, and the folder’s go on opening', async () => {
    const [old] = await loadSealingKeys(folder(), dir)
    const path = join(dir, 'elsewhere')
    await writeFile(path, text)
    for (const source of [
      { kind: 'text' as const, key: text },
      { kind: 'file' as const, path },
      { kind: 'command' as const, command: `cat ${path}` },
    ]) {
      const keys = await loadSealingKeys(source, dir)
      expect(keys.map(({ id }) => id)).toEqual([makeSealer(keys).keyId, old!.id])
      expect(keys[0]!.id).not.toBe(old!.id)
    }
  })

  test('that can not be had are told in a sentence without what a command printed', async () => {
    const command = (line: string) => loadSealingKeys({ kind: 'command', command: line }, dir)
    await expect(command('echo planted-secret >&2; exit 3')).rejects.toThrow(
      /^The command .* ended with 3; it should print the key\.$/,
    )
    await expect(command('echo planted-secret')).rejects.toThrow(
      /^The sealing key from --sealing-key-command is neither (?!.*planted)/,
    )
    await expect(loadSealingKeys({ kind: 'file', path: join(dir, 'no') }, dir)).rejects.toThrow(/can not be read/)
  })
})
