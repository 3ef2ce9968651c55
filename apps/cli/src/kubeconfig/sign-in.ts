import type { SignIn } from '@moorage/client/kubeconfig-entries.ts'
import { readCa } from '../hub/open.ts'
import type { HubTarget } from '../hub/resolve.ts'

/** The plugin as it runs now, for a kubeconfig that lives as long as one command. */
export const ownSignIn = (url: string): SignIn => ({
  kind: 'exec',
  command: process.execPath,
  args: [...process.execArgv, process.argv[1] ?? '', 'kube-credential', '--url', url],
})

/** The CA of a hub, from wherever it was given. */
export const caOf = async ({ ca, caPath }: HubTarget): Promise<string | undefined> => (caPath ? readCa(caPath) : ca)
