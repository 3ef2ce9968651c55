import { stringify } from 'yaml'

/** A kubeconfig with one context that signs in by a token. */
export interface TokenKubeconfig {
  /** Names cluster, user and context. */
  name: string
  server: URL
  /** PEM. Left out: the reader's system decides whom it trusts. */
  ca?: string
  insecureSkipVerify?: boolean
  tlsServerName?: string
  proxyUrl?: URL
  token: string
  namespace?: string
}

/** Writes a kubeconfig that stands for itself: no programs, no other files. */
export const writeKubeconfig = (input: TokenKubeconfig): string => {
  const { name } = input
  const cluster = {
    server: input.server.href.replace(/\/$/, ''),
    ...(input.ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(input.ca).toString('base64') }),
    ...(input.insecureSkipVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(input.tlsServerName === undefined ? {} : { 'tls-server-name': input.tlsServerName }),
    ...(input.proxyUrl === undefined ? {} : { 'proxy-url': input.proxyUrl.href }),
  }
  const context = {
    cluster: name,
    user: name,
    ...(input.namespace === undefined ? {} : { namespace: input.namespace }),
  }
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster }],
      users: [{ name, user: { token: input.token } }],
      contexts: [{ name, context }],
      'current-context': name,
    },
    // Long values stay on their line, and no anchors are made.
    { lineWidth: 0, aliasDuplicateObjects: false },
  )
}
