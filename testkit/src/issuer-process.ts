import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.ts'
import { startProcess, untilReady } from './process.ts'

const MAIN = fileURLToPath(new URL('./issuer-main.ts', import.meta.url))
/** ms; node and the issuer's library on a busy machine. */
const START_WITHIN = 30_000

export interface IssuerSettings {
  clients: { id: string; secret?: string; redirectUris: string[]; signedOutUris?: string[] }[]
  /** What the issuer says of each account; `sub` and `preferred_username` are its name unless they stand here. */
  accounts: Record<string, Record<string, unknown>>
  /** Whether claims stand in the ID token, as some issuers do it, or only at userinfo. */
  claimsInToken?: boolean
}

/** A real issuer of OpenID Connect on loopback. */
export interface IssuerProcess extends AsyncDisposable {
  readonly url: string
  /** Changes what it says of people from now on. */
  setAccounts(accounts: IssuerSettings['accounts']): void
}

/** Starts an issuer and resolves once it answers. */
export async function startIssuer({ dir, ...settings }: IssuerSettings & { dir: string }): Promise<IssuerProcess> {
  mkdirSync(dir, { recursive: true })
  const url = `http://127.0.0.1:${await freePort()}`
  const path = join(dir, 'issuer.json')
  const write = (accounts: IssuerSettings['accounts']) =>
    writeFileSync(path, JSON.stringify({ ...settings, url, accounts }), { mode: 0o600 })
  write(settings.accounts)
  const child = await startProcess({
    name: 'issuer',
    command: process.execPath,
    args: [MAIN, path],
    logPath: join(dir, 'issuer.log'),
  })
  await untilReady([child], START_WITHIN, async signal => {
    const answer = await fetch(`${url}/.well-known/openid-configuration`, { signal })
    if (!answer.ok) throw new Error(`The issuer answers ${answer.status}.`)
    await answer.arrayBuffer()
  })
  return { url, setAccounts: write, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

/** A browser without pages: follows redirects, keeps cookies for each host, and fills in the issuer's form. */
export interface Wanderer {
  /** Goes there and on until no redirect leads further, or one leads to where `stopAt` says; resolves with the last answer and its address. */
  go(url: string, stopAt?: (url: URL) => boolean): Promise<{ url: URL; response: Response }>
  /** Sends the form of the issuer's page. */
  submit(page: URL, account: string, stopAt?: (url: URL) => boolean): Promise<{ url: URL; response: Response }>
  /** The Cookie header for a host. */
  cookies(url: URL): string
}

/** See `Wanderer`. */
export function wanderer(): Wanderer {
  const jar = new Map<string, Map<string, string>>()
  const cookies = ({ host }: URL) => [...(jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const step = async (url: URL, init: RequestInit): Promise<Response> => {
    const headers = { ...(init.headers as Record<string, string>), cookie: cookies(url) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    const kept = jar.get(url.host) ?? new Map<string, string>()
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) kept.delete(name)
      else kept.set(name, value)
    }
    jar.set(url.host, kept)
    return response
  }
  const follow = async (first: URL, init: RequestInit, stopAt: (url: URL) => boolean) => {
    let url = first
    let response = await step(url, init)
    for (let hops = 0; hops < 20; hops += 1) {
      const location = response.headers.get('location')
      if (location === null) return { url, response }
      await response.arrayBuffer()
      url = new URL(location, url)
      if (stopAt(url)) return { url, response }
      response = await step(url, {})
    }
    throw new Error(`${url} leads nowhere.`)
  }
  const never = () => false
  return {
    go: (url, stopAt = never) => follow(new URL(url), {}, stopAt),
    submit: (page, account, stopAt = never) =>
      follow(
        page,
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ account }).toString(),
        },
        stopAt,
      ),
    cookies,
  }
}
