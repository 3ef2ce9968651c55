import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { HubConfig } from './config/config.ts'
import { serverHosts } from './pki/hosts.ts'
import { filesTls, type HubTls, ownTls } from './pki/own-tls.ts'
import { makeFolder } from './store/make-folder.ts'

/** Certificates from elsewhere often live for 90 days or less and are replaced in time; ours are renewed 60 days before their end. */
const CHECK_EVERY_MS = 6 * 60 * 60_000

/** What the hub answers with, by its configuration. */
export async function loadTls({ tls, listen, publicUrl }: HubConfig, now: Date): Promise<HubTls> {
  if (tls.kind === 'files') return filesTls(tls.cert, tls.key)
  await makeFolder(dirname(tls.dir))
  return ownTls(tls.dir, serverHosts(listen.host, publicUrl, hostname()), now)
}

export interface TlsRenewalDeps {
  now: () => Date
  warn: (message: string, error: unknown) => void
  /** Takes what new connections are answered with. */
  use: (tls: HubTls) => void
}

export interface TlsRenewal extends AsyncDisposable {
  /** Looks at once. Rejects where what is there can not be used. */
  look(): Promise<void>
}

/** Keeps the certificate of a running hub fresh: renews its own, and takes up operator's files that were replaced. */
export function startTlsRenewal(config: HubConfig, current: HubTls, deps: TlsRenewalDeps): TlsRenewal {
  let used = current
  let checking = Promise.resolve()
  const check = async () => {
    const found = await loadTls(config, deps.now())
    if (found.cert === used.cert && found.ca?.pem === used.ca?.pem) return
    deps.use(found)
    used = found
  }
  const look = () => {
    const looked = checking.then(check)
    checking = looked.catch(() => {})
    return looked
  }
  const timer = setInterval(() => {
    look().catch(error => deps.warn('The TLS certificate could not be renewed; the one before is still used.', error))
  }, CHECK_EVERY_MS)
  timer.unref()
  return {
    look,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await checking
    },
  }
}
