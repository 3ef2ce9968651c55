import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toConfig } from '@moorage/hub/config/config.ts'
import type { Settings } from '@moorage/hub/config/settings.ts'
import { makeLogger } from '@moorage/hub/logging/logger.ts'
import { startHub } from '@moorage/hub/root.ts'

/** A hub in this process, for tests of commands. */
export interface TestHub extends AsyncDisposable {
  url: string
  /** Where it really listens, which a public URL does not say. */
  address: string
  token: string
  dir: string
  caPath: string
  fingerprint: string
  /** What signs a command in to it. */
  env: { MOORAGE_URL: string; MOORAGE_TOKEN: string; MOORAGE_CA: string }
  /** Ends it and keeps its files. */
  stop(): Promise<void>
}

/** Starts a hub on a free port with an embedded database of its own. */
export async function testHub(flags: Settings = {}): Promise<TestHub> {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-cli-'))
  let token = ''
  const log = makeLogger({ level: 'error', format: 'text', write: line => process.stderr.write(line) })
  const show = (shown: string) => {
    token = shown
  }
  const hub = await startHub(toConfig({ data: join(dir, 'data'), listen: '127.0.0.1:0', ...flags }, {}), {
    log,
    showToken: show,
  })
  const caPath = join(dir, 'ca.crt')
  writeFileSync(caPath, hub.ca?.pem ?? '')
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await hub[Symbol.asyncDispose]()
  }
  return {
    url: hub.url,
    address: `https://${hub.address.host}:${hub.address.port}`,
    token,
    dir,
    caPath,
    fingerprint: hub.ca?.fingerprint ?? '',
    env: { MOORAGE_URL: hub.url, MOORAGE_TOKEN: token, MOORAGE_CA: caPath },
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
