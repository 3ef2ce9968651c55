import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DirectTarget } from './direct-target.ts'

/** Where Kubernetes puts a pod's credential. */
const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The API server as a pod reaches it, with its ServiceAccount's token as it is
 * now. Null outside of a pod, and in a pod without a token.
 */
export async function inClusterTarget(
  env: Record<string, string | undefined>,
  folder: string = FOLDER,
): Promise<DirectTarget | null> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port) return null
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => null)
  const [token, ca, namespace] = await Promise.all(['token', 'ca.crt', 'namespace'].map(read))
  if (!token) return null
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    tls: { ...(ca ? { ca } : {}), insecureSkipVerify: false },
    auth: { kind: 'token', token: token.trim() },
    context: 'in-cluster',
    ...(namespace ? { namespace: namespace.trim() } : {}),
  }
}
