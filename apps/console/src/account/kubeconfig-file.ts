import type { MoorageClient } from '@moorage/client/client.ts'
import { kubeconfigEntries, pluginSignIn, type SignIn } from '@moorage/client/kubeconfig-entries.ts'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'

/** s; a working day. */
const TOKEN_TTL = 8 * 3600
/** Contexts in one file. */
const MOST = 5000

/** How a kubeconfig signs in: by the `moorage` command, or by a token that it holds. */
export type KubeconfigKind = 'plugin' | 'token'

/** A kubeconfig of all clusters that one may see, through the hub that served the page. */
export async function kubeconfigFile(hub: MoorageClient, kind: KubeconfigKind, now: Date): Promise<string> {
  const url = window.location.origin
  const [{ items }, ca] = await Promise.all([
    allPages(next => hub.clusters.list({ limit: PAGE_SIZE, ...(next !== undefined && { continue: next }) }), MOST),
    ownCa(hub),
  ])
  if (items.length === 0) throw new Error('There is no cluster that you may see. Ask for a role on one.')
  const signIn: SignIn = kind === 'plugin' ? pluginSignIn(url) : { kind: 'token', token: await newToken(hub, now) }
  const clusters = items.map(({ name }) => name)
  const entries = kubeconfigEntries({ url, clusters, signIn, prefix: '', ...(ca !== null && { ca }) })
  // JSON is YAML.
  const config = { apiVersion: 'v1', kind: 'Config', ...entries, 'current-context': clusters[0] }
  return `${JSON.stringify(config, null, 2)}\n`
}

/** The CA that the hub made for itself; null where its certificate is of another's, which computers know. */
async function ownCa(hub: MoorageClient): Promise<string | null> {
  if ((await hub.hub.info()).caFingerprint === null) return null
  const answer = await fetch('/ca.crt')
  if (!answer.ok) throw new Error(`The hub gave no CA: HTTP ${answer.status}.`)
  return answer.text()
}

async function newToken(hub: MoorageClient, now: Date): Promise<string> {
  const name = `kubeconfig of ${now.toISOString().slice(0, 10)}`
  return (await hub.tokens.create({ name, expiresInSeconds: TOKEN_TTL })).token
}
