import { type ErrorCode, errorTable } from '@moorage/contract/errors.ts'

/** What the process's exit code says. Stable: scripts rely on them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  conflict: 5,
  hubUnreachable: 6,
  clusterUnreachable: 7,
  cancelled: 8,
  timeout: 9,
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What each code means, as `moorage help exit-codes` prints it. */
export const exitCodeMeanings: Record<ExitCode, string> = {
  0: 'done',
  1: 'failed, for a reason that no other code names',
  2: 'what was given is not valid: a flag, an argument, a kubeconfig, a search',
  3: 'there is nothing by this name or id',
  4: 'not signed in, or the rules do not allow it',
  5: 'in conflict with what is there: a name that is taken, a cluster that is known',
  6: 'the hub does not answer',
  7: 'the cluster can not be reached or does not take the credential',
  8: 'cancelled: a question was answered with no, or could not be asked',
  9: 'what was waited for did not come in time',
  130: 'stopped by Ctrl-C',
}

/** The exit code for a problem that the hub answered with. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'cluster_unreachable' || code === 'agent_disconnected') return exitCodes.clusterUnreachable
  if (code === 'issuer_failed' || code === 'forward_failed') return exitCodes.failed
  switch (errorTable[code]?.status) {
    case 400:
    case 405:
    case 413:
    case 415:
      return exitCodes.usage
    case 401:
    case 403:
      return exitCodes.denied
    case 404:
      return exitCodes.notFound
    case 409:
      return exitCodes.conflict
    case 422:
      return exitCodes.clusterUnreachable
    case 503:
      return exitCodes.hubUnreachable
    default:
      return exitCodes.failed
  }
}
