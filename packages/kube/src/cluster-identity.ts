import { getJson } from './client.ts'
import { AnswerError } from './errors.ts'
import type { KubeObject } from './resource.ts'
import type { KubeTransport } from './transport.ts'

/** The oldest minor version of Kubernetes 1 that is supported. */
export const OLDEST_MINOR = 28

/** What the API server says of itself. */
export interface KubeVersion {
  /** Such as `v1.36.3` or `v1.33.4-eks-abc123`. */
  gitVersion: string
  major: number
  minor: number
}

/** Reads the numbers out of a git version; null where it is none. */
export const parseVersion = (gitVersion: string): KubeVersion | null => {
  const match = /^v?(\d{1,3})\.(\d{1,4})(?:[.+-][\w.+-]{0,100})?$/.exec(gitVersion)
  return match ? { gitVersion, major: Number(match[1]), minor: Number(match[2]) } : null
}

/** Older than what is supported. */
export const tooOld = ({ major, minor }: Pick<KubeVersion, 'major' | 'minor'>): boolean =>
  major < 1 || (major === 1 && minor < OLDEST_MINOR)

/** GET /version, which needs no rights beyond being signed in (and often not even that). */
export const readVersion = async (transport: KubeTransport, signal: AbortSignal): Promise<KubeVersion> => {
  const { gitVersion } = await getJson<{ gitVersion?: unknown }>(transport, '/version', signal)
  const version = typeof gitVersion === 'string' ? parseVersion(gitVersion) : null
  if (version) return version
  throw new AnswerError(
    'not_kubernetes',
    '/version answered without a gitVersion: this is not a Kubernetes API server.',
  )
}

/** The UID of the kube-system namespace: the cluster's identity. */
export const readClusterUid = async (transport: KubeTransport, signal: AbortSignal): Promise<string> => {
  const namespace = await getJson<KubeObject>(transport, '/api/v1/namespaces/kube-system', signal)
  const uid: unknown = namespace.metadata?.uid
  if (typeof uid === 'string' && uid !== '') return uid
  throw new AnswerError('not_kubernetes', 'The kube-system namespace came without a UID.')
}
