import { readCa } from '../hub/open.ts'
import type { HubTarget } from '../hub/resolve.ts'
import type { SignIn } from './entries.ts'

/** The plugin as people have it on their PATH. */
export const pluginSignIn = (url: string): SignIn => ({
  kind: 'exec',
  command: 'moorage',
  args: ['kube-credential', '--url', url],
})

/** The plugin as it runs now, for a kubeconfig that lives as long as one command. */
export const ownSignIn = (url: string): SignIn => ({
  kind: 'exec',
  command: process.execPath,
  args: [...process.execArgv, process.argv[1] ?? '', 'kube-credential', '--url', url],
})

/** The CA of a hub, from wherever it was given. */
export const caOf = async ({ ca, caPath }: HubTarget): Promise<string | undefined> => (caPath ? readCa(caPath) : ca)
