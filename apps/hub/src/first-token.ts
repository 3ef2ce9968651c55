import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { HubConfig } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import type { Store } from './store/store.ts'
import { hasFirstToken, hashToken, insertFirstToken, makeToken } from './store/tokens.ts'

const SETTING = '--bootstrap-token-file'
/** Characters. Shorter ones can be guessed: stored tokens are hashed by a fast function. */
const SHORTEST = 32

export interface FirstTokenDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  random: (bytes: number) => Uint8Array
  /** Shows a token that was made; one from a file is never shown. */
  show: (token: string) => void
}

/** Makes sure that there is a way in: on the very first start an admin token is made, or taken from a file. */
export async function ensureFirstToken(deps: FirstTokenDeps, bootstrap: HubConfig['bootstrap']): Promise<void> {
  const { store, now, random, show } = deps
  if (await hasFirstToken(store.db)) return
  const text = bootstrap.kind === 'file' ? await readToken(bootstrap.path) : makeToken(random)
  const row = {
    id: randomUUID(),
    name: 'first admin',
    hash: hashToken(text),
    created_at: now(),
    created_by: 'hub',
  }
  await insertFirstToken(store.db, row, () => {
    if (bootstrap.kind === 'print') show(text)
  })
}

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(error => {
    throw new ConfigError(SETTING, `${SETTING} can not be read: ${error.message}.`)
  })
  const token = text.trim()
  if (token.length >= SHORTEST && /^[\x21-\x7e]+$/.test(token)) return token
  throw new ConfigError(
    SETTING,
    `The token in ${path} is too short or has spaces in it; it should be one word of at least ${SHORTEST} characters, such as openssl rand -hex 32 prints.`,
  )
}
