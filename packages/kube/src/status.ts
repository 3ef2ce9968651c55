import { KubeStatusError, type WholeAnswer } from './errors.ts'
import { MESSAGE_CHARS, RETRY_AFTER_MAX_MS } from './limits.ts'

/** The parts of a Kubernetes Status that are used here. Whatever has another type is as if it were missing. */
export interface Status {
  code: number | null
  reason: string
  message: string
  retryAfterSeconds: number | null
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, MESSAGE_CHARS) : '')

const count = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.floor(value) : null

/** Reads a Status, or null where the value is something else. */
export const toStatus = (value: unknown): Status | null =>
  field(value, 'kind') === 'Status'
    ? {
        code: count(field(value, 'code')),
        reason: text(field(value, 'reason')),
        message: text(field(value, 'message')),
        retryAfterSeconds: count(field(field(value, 'details'), 'retryAfterSeconds')),
      }
    : null

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined // A proxy's page, most likely; the status code says enough.
  }
}

const wait = (seconds: number | null) =>
  seconds === null || seconds === 0 ? undefined : Math.min(seconds * 1000, RETRY_AFTER_MAX_MS)

type Headers = Record<string, string | string[] | undefined>

const retryAfterHeader = (headers: Headers) => {
  const value = String(headers['retry-after'] ?? '')
  return /^\d{1,9}$/.test(value) ? Number(value) : null
}

/** The error for an answer of 400 or above. */
export const statusError = (status: number, headers: Headers, bytes: Uint8Array): KubeStatusError =>
  errorOf(status, headers, bytes)

/** The same for an upgrade that came to nothing, with the whole answer for whoever asked for it. */
export const upgradeError = (status: number, headers: Headers, body: Uint8Array): KubeStatusError =>
  errorOf(status, headers, body, { status, headers, body })

function errorOf(status: number, headers: Headers, bytes: Uint8Array, answer?: WholeAnswer): KubeStatusError {
  const read = toStatus(parsed(bytes))
  const message =
    read && read.message !== ''
      ? `The API server answered ${status}: ${read.message}`
      : read
        ? `The API server answered ${status}${read.reason === '' ? '' : ` (${read.reason})`}.`
        : `The answer was ${status} with ${contentType(headers)}, which is not an API server's.`
  const retryAfterMs = wait(retryAfterHeader(headers) ?? read?.retryAfterSeconds ?? null)
  return new KubeStatusError(status, read?.reason ?? '', message, { retryAfterMs, ...(answer && { answer }) })
}

const contentType = (headers: Headers) => {
  const type = String(headers['content-type'] ?? '').slice(0, 100)
  return /^[\w.+/-]+/.exec(type)?.[0] ?? 'no content type'
}

/** The error for a Status that came inside a watch. */
export const watchStatusError = (value: unknown): KubeStatusError => {
  const read = toStatus(value)
  const said = read?.message || read?.reason || 'without a reason'
  const retryAfterMs = wait(read?.retryAfterSeconds ?? null)
  return new KubeStatusError(read?.code ?? 500, read?.reason ?? '', `The watch ended: ${said}`, { retryAfterMs })
}
