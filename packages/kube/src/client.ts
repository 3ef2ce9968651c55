import { AnswerError, KubeStatusError, TransportError } from './errors.ts'
import { ANSWER_BYTES } from './limits.ts'
import { networkFailure } from './network-failure.ts'
import { readBounded } from './read-body.ts'
import type { KubeObject } from './resource.ts'
import { statusError } from './status.ts'
import type { KubeRequest, KubeTransport } from './transport.ts'

/** What went wrong while a body was read, as the same kinds of error that the request itself has. */
export const bodyFailure = (error: unknown, signal: AbortSignal): Error => {
  if (error instanceof AnswerError || error instanceof TransportError || error instanceof KubeStatusError) return error
  if (signal.reason instanceof TransportError) return signal.reason
  if (signal.aborted) {
    const timeout = signal.reason?.name === 'TimeoutError'
    return timeout
      ? new TransportError('timeout', 'The API server did not finish its answer in time.')
      : new TransportError('aborted', 'The request was given up.')
  }
  const { code } = networkFailure({ host: '', port: 0 }, error)
  return new TransportError('reset', 'The connection broke off within the answer.', { code })
}

/** Sends a request and reads its JSON answer, with its size in bytes. Throws KubeStatusError from 400 on. */
export const sendJson = async <T>(
  transport: KubeTransport,
  request: KubeRequest,
  signal: AbortSignal,
): Promise<{ value: T; bytes: number }> => {
  const answer = await transport.request(
    { ...request, headers: { accept: 'application/json', ...request.headers } },
    signal,
  )
  let bytes: Buffer
  try {
    bytes = await readBounded(answer.body, ANSWER_BYTES)
  } catch (error) {
    throw bodyFailure(error, signal)
  }
  if (answer.status >= 400) throw statusError(answer.status, answer.headers, bytes)
  if (answer.status >= 300) {
    throw new AnswerError('not_kubernetes', `The answer was a redirect (${answer.status}), which is not followed.`)
  }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    // The parser's message would quote the body; the one below is enough.
  }
  if (typeof value === 'object' && value !== null) return { value: value as T, bytes: bytes.length }
  throw new AnswerError('not_kubernetes', 'The answer is not a JSON object: this is not a Kubernetes API server.')
}

const send = async <T>(transport: KubeTransport, request: KubeRequest, signal: AbortSignal) =>
  (await sendJson<T>(transport, request, signal)).value

/** GETs a path. */
export const getJson = <T = KubeObject>(transport: KubeTransport, path: string, signal: AbortSignal): Promise<T> =>
  send(transport, { method: 'GET', path }, signal)

const sends =
  (method: 'POST' | 'PATCH', type: string) =>
  <T = KubeObject>(transport: KubeTransport, path: string, body: unknown, signal: AbortSignal): Promise<T> =>
    send(transport, { method, path, headers: { 'content-type': type }, body: JSON.stringify(body) }, signal)

/** POSTs an object. */
export const postJson = sends('POST', 'application/json')

/** PATCHes an object by JSON merge patch. */
export const patchJson = sends('PATCH', 'application/merge-patch+json')

/**
 * Server-side apply: the object at `path` comes to hold these fields, owned by
 * `fieldManager`. Without `force`, a field that somebody else owns is a 409.
 */
export const apply = <T extends KubeObject = KubeObject>(
  transport: KubeTransport,
  path: string,
  body: object,
  options: { fieldManager: string; force?: boolean; dryRun?: boolean },
  signal: AbortSignal,
): Promise<T> => {
  const query = new URLSearchParams({ fieldManager: options.fieldManager, force: String(options.force ?? false) })
  if (options.dryRun) query.set('dryRun', 'All')
  return send(
    transport,
    {
      method: 'PATCH',
      path: `${path}?${query}`,
      // JSON is YAML, and the only form that every version since 1.22 takes.
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(body),
    },
    signal,
  )
}

/** Guards of a delete: the object must still be the one that was seen. */
export interface Preconditions {
  uid?: string
  resourceVersion?: string
}

/**
 * Deletes an object. `false` when it was not there. With a `uid`, an object of
 * the same name made since is a 409. `dryRun` only tries; as a part of the
 * body, because next to a body the API server ignores it in the query.
 */
export const del = async (
  transport: KubeTransport,
  path: string,
  options: {
    preconditions?: Preconditions
    propagation?: 'Background' | 'Foreground' | 'Orphan'
    dryRun?: boolean
  },
  signal: AbortSignal,
): Promise<boolean> => {
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: options.propagation ?? 'Background',
    ...(options.preconditions ? { preconditions: options.preconditions } : {}),
    ...(options.dryRun ? { dryRun: ['All'] } : {}),
  })
  try {
    await send(transport, { method: 'DELETE', path, headers: { 'content-type': 'application/json' }, body }, signal)
    return true
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 404) return false
    throw error
  }
}
