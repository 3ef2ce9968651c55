/** Entries of a kubeconfig, as Kubernetes writes them. */
export interface KubeconfigEntries {
  clusters: { name: string; cluster: Record<string, unknown> }[]
  users: { name: string; user: Record<string, unknown> }[]
  contexts: { name: string; context: Record<string, unknown> }[]
}

/** How a kubeconfig signs in to the hub. */
export type SignIn =
  | { kind: 'token'; token: string }
  /** A program that prints the credential: the file itself holds none. */
  | { kind: 'exec'; command: string; args: string[] }

/** The plugin as people have it on their PATH. */
export const pluginSignIn = (url: string): SignIn => ({
  kind: 'exec',
  command: 'moorage',
  args: ['kube-credential', '--url', url],
})

export interface EntriesInput {
  /** Base address of the hub. */
  url: string
  /** PEM of the CA that it is verified by. Left out: the system's. */
  ca?: string
  /** Names of clusters. */
  clusters: readonly string[]
  signIn: SignIn
  /** Before each context's name. */
  prefix: string
  namespace?: string
}

const userOf = (signIn: SignIn): Record<string, unknown> =>
  signIn.kind === 'token'
    ? { token: signIn.token }
    : {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: signIn.command,
          args: signIn.args,
          interactiveMode: 'Never',
          provideClusterInfo: false,
          installHint: 'This kubeconfig signs in by the command "moorage": put it on your PATH.',
        },
      }

/** One context for each cluster, all of them by one sign-in. No credential of a cluster is ever in it. */
export function kubeconfigEntries({ url, ca, clusters, signIn, prefix, namespace }: EntriesInput): KubeconfigEntries {
  const base = url.replace(/\/+$/, '')
  const user = `moorage-${new URL(base).host}`
  const authority = ca === undefined ? {} : { 'certificate-authority-data': btoa(ca) }
  return {
    clusters: clusters.map(name => ({
      name: prefix + name,
      cluster: { server: `${base}/k8s/${name}`, ...authority },
    })),
    users: [{ name: user, user: userOf(signIn) }],
    contexts: clusters.map(name => ({
      name: prefix + name,
      context: { cluster: prefix + name, user, ...(namespace === undefined ? {} : { namespace }) },
    })),
  }
}
