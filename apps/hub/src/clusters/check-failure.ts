import type { CheckStep } from '@moorage/contract/cluster.ts'
import type { ErrorCode } from '@moorage/contract/errors.ts'
import { AnswerError, KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import { KubeconfigError } from '@moorage/kube/kubeconfig.ts'
import { AddressRefusedError } from '../connections/guard.ts'
import { MoorageError } from '../errors.ts'

type Step = CheckStep['name']

const byReason: Record<TransportError['reason'], { code: ErrorCode; fix: string }> = {
  dns: {
    code: 'name_lookup_failed',
    fix: 'Check the host name of server in the kubeconfig, and that the hub’s name servers know it.',
  },
  refused: {
    code: 'connection_refused',
    fix: 'Check host and port of server in the kubeconfig, and that the hub’s network can reach them.',
  },
  timeout: {
    code: 'connect_timeout',
    fix: 'Check that no firewall between the hub and the API server drops the connection.',
  },
  tls: {
    code: 'tls_failed',
    fix: 'Put the CA that issued the server’s certificate into certificate-authority-data of the kubeconfig.',
  },
  proxy: { code: 'proxy_failed', fix: 'Check proxy-url in the kubeconfig.' },
  reset: {
    code: 'not_kubernetes',
    fix: 'Check that server in the kubeconfig is the address of a Kubernetes API server.',
  },
  address: {
    code: 'address_not_allowed',
    fix: 'Use an address that this hub may dial, or ask its operator to allow the range.',
  },
  aborted: { code: 'unavailable', fix: 'Try again.' },
}

const INSECURE_FIX =
  'Put the CA into certificate-authority-data instead, or accept it with --allow-insecure-tls (allowInsecureTls in the API).'
const NAMED_FIX = 'Set tls-server-name in the kubeconfig to a name that is in the certificate.'

function statusFailure(step: Step, error: KubeStatusError): MoorageError {
  const extra = { step, cause: error }
  const said = error.message === '' ? '' : ` It said: ${error.message}`
  switch (error.status) {
    case 401:
      return new MoorageError('credential_rejected', `The API server does not accept the credential (401).${said}`, {
        ...extra,
        fix: 'Use a kubeconfig whose token or client certificate is still valid for this cluster.',
      })
    case 403:
      return new MoorageError('credential_forbidden', `The credential may not do this (403).${said}`, {
        ...extra,
        fix: 'Give the credential’s user the rights to read, for example by moorage convert-kubeconfig.',
      })
    case 404:
      return new MoorageError('not_kubernetes', `The server answered, but knows no such path (404).${said}`, {
        ...extra,
        fix: byReason.reset.fix,
      })
    default:
      return new MoorageError('cluster_unreachable', `The API server can not answer now (${error.status}).${said}`, {
        ...extra,
        fix: 'Try again when the API server is well.',
      })
  }
}

/** Turns what ended a step of the check into an error for the person who asked. Anything unknown stays as it is. */
export function checkFailure(step: Step, error: unknown): unknown {
  if (error instanceof MoorageError) return error
  if (error instanceof KubeconfigError) {
    return new MoorageError(error.code, error.message, {
      step,
      fix: error.code === 'insecure_tls_refused' ? INSECURE_FIX : error.fix,
      choices: error.choices,
      fields: [{ path: 'kubeconfig', message: error.field ? `${error.field}: ${error.message}` : error.message }],
    })
  }
  if (error instanceof AddressRefusedError) {
    return new MoorageError('address_not_allowed', `${error.message}.`, { step, fix: byReason.address.fix })
  }
  if (error instanceof TransportError) {
    const { code, fix } = byReason[error.reason]
    const refused = error.cause instanceof AddressRefusedError ? `${error.cause.message}.` : error.message
    // A certificate for another name is by the right CA; the sentence says which names it is for.
    const named = error.code === 'ERR_TLS_CERT_ALTNAME_INVALID'
    return new MoorageError(code, refused, { step, fix: named ? NAMED_FIX : fix, cause: error })
  }
  if (error instanceof KubeStatusError) return statusFailure(step, error)
  if (error instanceof AnswerError) {
    return new MoorageError('not_kubernetes', error.message, { step, fix: byReason.reset.fix, cause: error })
  }
  return error
}
