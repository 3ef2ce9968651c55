/** Everything needed to dial one API server and to sign in to it. What `readKubeconfig` returns. */
export interface DirectTarget {
  /** https, without user, query or fragment. May have a path, as behind a gateway. */
  server: URL
  tls: {
    /** PEM. Without it, the system's roots are used. */
    ca?: string
    /** PEM, leaf first. */
    cert?: string
    /** PEM, not encrypted. */
    key?: string
    /** The name that the certificate must carry, where it is not the server's host. */
    serverName?: string
    insecureSkipVerify: boolean
  }
  auth: { kind: 'token'; token: string } | { kind: 'client-certificate' }
  /** http, https or socks5. May carry a user and password. */
  proxyUrl?: URL
  /** The context's name in the kubeconfig. */
  context: string
  namespace?: string
}
