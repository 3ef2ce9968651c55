import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writePrivate } from './write-private.ts'

describe('a file for its owner alone', () => {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-private-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('is written where a link leads, and the link stays', async () => {
    const [real, link] = [join(dir, 'real'), join(dir, 'link')]
    writeFileSync(real, 'before', { mode: 0o644 })
    symlinkSync(real, link)
    await writePrivate(link, 'after')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(real, 'utf8')).toBe('after')
    expect(statSync(real).mode & 0o777).toBe(0o600)
  })

  test('takes the place of nothing that is no file', async () => {
    symlinkSync('/dev/null', join(dir, 'null'))
    await expect(writePrivate(join(dir, 'null'), 'x')).rejects.toThrow('is not a file')
    await expect(writePrivate(dir, 'x')).rejects.toThrow('is not a file')
    expect(lstatSync(join(dir, 'null')).isSymbolicLink()).toBe(true)
    expect(readdirSync(dir).sort()).toEqual(['link', 'null', 'real'])
  })
})
