import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'moorage-folder-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a folder and the ones above it are made for their owner alone, also by several at once', async () => {
  const path = join(dir, 'a/b/c')
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(path)])
  await makeFolder(path)
  for (const made of [path, join(dir, 'a')]) expect((await stat(made)).mode & 0o777).toBe(0o700)
})

test('a folder that can not be made is refused with its name', async () => {
  await writeFile(join(dir, 'file'), '')
  await symlink(join(dir, 'nowhere'), join(dir, 'link'))
  for (const path of ['file', 'file/x', 'link', 'link/x/y'].map(name => join(dir, name))) {
    await expect(makeFolder(path)).rejects.toMatchObject({
      code: 'data_dir_unusable',
      message: expect.stringContaining(`The folder ${path} can not be made: something that is no folder`),
    })
  }
})

test.runIf(process.platform === 'linux')(
  'a folder that the system does not allow is refused, not tried for ever',
  async () => {
    await expect(makeFolder('/proc/moorage/x')).rejects.toThrow(/The folder \/proc\/moorage\/x can not be made: ENOENT/)
  },
)
