import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Helm } from '@moorage/removal/helm.ts'
import type { Io } from '../io.ts'

/** Characters of helm's complaints that are kept. */
const STDERR = 2_000

/** The helm of this machine, for one cluster; null where there is none. */
export async function findHelm(io: Io, flags: readonly string[]): Promise<Helm | null> {
  for (const folder of (io.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, 'helm')
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return (args, signal) => runHelm(path, [...args, ...flags], io, signal)
  }
  return null
}

const runHelm = (path: string, args: string[], io: Io, signal: AbortSignal) =>
  new Promise<{ code: number; stderr: string }>((done, fail) => {
    const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...io.env }, signal })
    let stderr = ''
    child.stderr.on('data', (data: Buffer) => {
      stderr = (stderr + data.toString()).slice(-STDERR)
    })
    child.once('error', fail)
    child.once('close', code => done({ code: code ?? 1, stderr }))
  })
