import type { DirectTarget } from './direct-target.ts'
import { clusterOf } from './kubeconfig-cluster.ts'
import { certificateData, checkedToken, keyData } from './kubeconfig-data.ts'
import { CONVERT, isSet, readEntries, refuseField, type Section, textOf } from './kubeconfig-entries.ts'

export type { DirectTarget } from './direct-target.ts'
export { KubeconfigError } from './kubeconfig-error.ts'

const NOT_RUN = {
  exec: 'signs in by running a program',
  'auth-provider': 'signs in by a plug-in of kubectl',
  username: 'signs in by user and password, which Kubernetes no longer knows',
  password: 'signs in by user and password, which Kubernetes no longer knows',
} as const

const FILES = ['client-certificate', 'client-key', 'tokenFile'] as const

/** Impersonation: the hub puts its own there, so that everyone acts as themselves. */
const IMPERSONATION = ['as', 'as-uid', 'as-groups', 'as-user-extra'] as const

const refuseOtherAuth = (user: Section) => {
  const options = { code: 'unsupported_auth', fix: CONVERT } as const
  for (const [field, how] of Object.entries(NOT_RUN)) {
    if (isSet(user, field))
      throw refuseField(user, field, `${user.path}.${field} ${how}: this is not done here.`, options)
  }
  for (const field of FILES) {
    if (!isSet(user, field)) continue
    throw refuseField(user, field, `${user.path}.${field} refers to a file outside the kubeconfig.`, options)
  }
  for (const field of IMPERSONATION) {
    if (!isSet(user, field)) continue
    throw refuseField(
      user,
      field,
      `${user.path}.${field} acts in somebody else's name: this is not done here.`,
      options,
    )
  }
}

/** Reads the credential that is written in the kubeconfig itself. */
export const userOf = (user: Section): Pick<DirectTarget, 'auth'> & { cert?: string; key?: string } => {
  const token = checkedToken(user, 'token', textOf(user, 'token') ?? '')
  const hasCertificate = textOf(user, 'client-certificate-data') !== null
  const hasKey = textOf(user, 'client-key-data') !== null
  if (hasCertificate !== hasKey) {
    const missing = hasCertificate ? 'client-key-data' : 'client-certificate-data'
    throw refuseField(user, missing, `${user.path}.${missing} is missing: a client certificate needs both.`)
  }
  if (token === null && !hasCertificate) {
    throw refuseField(user, 'token', `${user.path} has no credential: neither token nor client-certificate-data.`, {
      code: 'unsupported_auth',
      fix: CONVERT,
    })
  }
  const certificate = hasCertificate ? certificateData(user, 'client-certificate-data') : null
  const key = certificate ? keyData(user, 'client-key-data', certificate.leaf) : null
  return {
    auth: token === null ? { kind: 'client-certificate' } : { kind: 'token', token },
    ...(certificate && key ? { cert: certificate.pem, key } : {}),
  }
}

/**
 * Reads a kubeconfig that somebody sent: whatever it needs must be written in
 * it, and only standard ways to sign in are taken. A file with one context
 * needs no choice; with several, `context` must name one, as the file's
 * current-context says where its owner was last, not what they mean now.
 */
export const readKubeconfig = (
  text: string,
  options: { context?: string | undefined; allowInsecureTls?: boolean | undefined } = {},
): DirectTarget => {
  const { context } = options
  const entries = readEntries(text, { current: false, ...(context === undefined ? {} : { context }) })
  refuseOtherAuth(entries.user)
  if (isSet(entries.cluster, 'certificate-authority')) {
    const { path } = entries.cluster
    throw refuseField(
      entries.cluster,
      'certificate-authority',
      `${path}.certificate-authority refers to a file outside the kubeconfig.`,
      { fix: `Put the file's content, in base64, into certificate-authority-data. Or: ${CONVERT}` },
    )
  }
  const { server, proxyUrl, tls } = clusterOf(entries.cluster, options.allowInsecureTls ?? false)
  const { auth, ...client } = userOf(entries.user)
  return {
    server,
    tls: { ...tls, ...client },
    auth,
    ...(proxyUrl === null ? {} : { proxyUrl }),
    context: entries.context,
    ...(entries.namespace === null ? {} : { namespace: entries.namespace }),
  }
}
