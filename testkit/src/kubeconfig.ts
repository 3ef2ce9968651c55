import { stringify } from 'yaml'

/** What a kubeconfig of the testbed holds. */
export interface KubeconfigFields {
  /** Name of cluster, user and context. */
  name: string
  server: string
  /** PEM. */
  ca?: string
  /** Who asks: a client certificate (PEM), a bearer token, or nobody. */
  user?: { cert: string; key: string } | { token: string }
  namespace?: string
  proxyUrl?: string
  tlsServerName?: string
}

/** The text of a kubeconfig with one context and everything inline. */
export function kubeconfigText(fields: KubeconfigFields): string {
  const { name, server, ca, user, namespace, proxyUrl, tlsServerName } = fields
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      {
        name,
        cluster: {
          server,
          ...(ca && { 'certificate-authority-data': base64(ca) }),
          ...(proxyUrl && { 'proxy-url': proxyUrl }),
          ...(tlsServerName && { 'tls-server-name': tlsServerName }),
        },
      },
    ],
    users: [{ name, user: credentials(user) }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace && { namespace }) } }],
  })
}

function credentials(user: KubeconfigFields['user']): Record<string, string> {
  if (!user) return {}
  if ('token' in user) return { token: user.token }
  return { 'client-certificate-data': base64(user.cert), 'client-key-data': base64(user.key) }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
