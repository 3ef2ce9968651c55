import { AnswerError, KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'

/** What a cluster or the way to it said, as an error of the command line that names the step. */
export function clusterError(error: unknown, step: string): unknown {
  if (error instanceof TransportError)
    return new CliError(`cluster_${error.reason}`, exitCodes.clusterUnreachable, `${step}: ${error.message}`, {
      cause: error,
    })
  if (error instanceof AnswerError)
    return new CliError(error.code, exitCodes.clusterUnreachable, `${step}: ${error.message}`, { cause: error })
  if (!(error instanceof KubeStatusError)) return error
  const { status, reason } = error
  return new CliError(reason || `status_${status}`, exitCodeFor(status), `${step}: ${error.message}`, {
    fix: fixFor(error),
    cause: error,
  })
}

function exitCodeFor(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.denied
  if (status === 404) return exitCodes.notFound
  return status === 409 ? exitCodes.conflict : exitCodes.failed
}

function fixFor({ status, message }: KubeStatusError): string | undefined {
  if (status === 401)
    return 'The credential of this kubeconfig is not accepted (any more): make "kubectl get nodes" work with it first.'
  if (status !== 403) return undefined
  return /attempting to grant RBAC permissions/.test(message)
    ? 'Kubernetes lets nobody hand on rights that they do not have: use a user with the cluster-admin role, or --mode read-only.'
    : 'Use a user who may create ServiceAccounts, ClusterRoles and bindings, such as one with the cluster-admin role.'
}
