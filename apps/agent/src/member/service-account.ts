import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../config/config-error.ts'
import { TOKEN_AGE_MS } from '../limits.ts'

/** Where Kubernetes mounts a pod's account. */
export const SERVICE_ACCOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The agent's own credential at its API server. It never leaves this cluster. */
export interface ServiceAccount {
  /** The bearer token as it is now: Kubernetes renews it. */
  token(): string
  /** PEM: the CA of the API server, as it was at the start. */
  readonly ca: string
  /** Whether another CA is mounted now: the agent has to start anew for it. */
  caChanged(): boolean
}

/** Opens the account that is mounted at `path`. Throws a `ConfigError`. `clock` gives ms that never go back. */
export function openServiceAccount(path: string, clock: () => number): ServiceAccount {
  const read = (name: string) => {
    try {
      return readFileSync(join(path, name), 'utf8').trim()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new ConfigError(
        name,
        `The ServiceAccount at ${path} can not be read (${name}: ${code}): is it mounted into this pod?`,
      )
    }
  }
  const ca = read('ca.crt')
  let token = read('token')
  let readAt = clock()
  return {
    ca,
    token() {
      if (clock() - readAt < TOKEN_AGE_MS) return token
      readAt = clock()
      try {
        token = read('token')
      } catch {
        // It is exchanged just now; the one before is valid for minutes still.
      }
      return token
    },
    caChanged() {
      try {
        return read('ca.crt') !== ca
      } catch {
        return false // as above
      }
    },
  }
}
