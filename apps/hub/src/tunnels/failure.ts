import { AnswerError, KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import { upgradeError } from '@moorage/kube/status.ts'
import { TunnelError, UpgradeRefused } from '@moorage/tunnel/errors.ts'

/** The code of a `TransportError` where no agent of the cluster is connected. */
export const AGENT_DISCONNECTED = 'AGENT_DISCONNECTED'

/** There is no way to the cluster: its agent is not connected. */
export const disconnected = (): TransportError =>
  new TransportError('refused', 'The agent of the cluster is not connected.', { code: AGENT_DISCONNECTED })

const aborted = (signal: AbortSignal): TransportError =>
  signal.reason instanceof TransportError
    ? signal.reason
    : signal.reason?.name === 'TimeoutError'
      ? new TransportError('timeout', 'The API server did not answer through the tunnel in time.')
      : new TransportError('aborted', 'The request was given up.')

/** What a request through a tunnel failed with, as every transport says it. */
export function transportFailure(error: unknown, signal: AbortSignal, linked: boolean): Error {
  if (error instanceof TransportError || error instanceof KubeStatusError || error instanceof AnswerError) return error
  if (error instanceof UpgradeRefused) return upgradeError(error.status, error.headers, Buffer.from(error.body))
  const given = signal.aborted ? aborted(signal) : null
  // Without a link nobody was there to answer: it is not the API server that was slow.
  if (!linked && (given === null || given.reason === 'timeout')) return disconnected()
  if (given !== null) return given
  if (!(error instanceof TunnelError)) return error instanceof Error ? error : new Error(String(error))
  switch (error.reason) {
    case 'closed':
      return new TransportError('reset', 'The tunnel to the agent broke off.', { cause: error })
    case 'moved':
      return disconnected()
    case 'no-connection':
    case 'timeout':
      return new TransportError('timeout', 'The agent had no connection free in time.', { cause: error })
    case 'malformed':
      return new AnswerError('malformed', error.message)
    case 'too-large':
      return new AnswerError('too_large', error.message)
    default:
      return error.reason satisfies never
  }
}
