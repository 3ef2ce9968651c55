/** The hub gave no answer at all. `cause` is what the network said. */
export class HubUnreachableError extends Error {
  override readonly name = 'HubUnreachableError'
  readonly code = 'hub_unreachable'
  readonly retryable = true
  readonly url: string

  constructor(url: string, cause: unknown) {
    super(`The hub at ${url} gave no answer: ${reasonOf(cause)}.`, { cause })
    this.url = url
  }
}

/** The innermost sentence: fetch wraps what happened in "fetch failed". */
function reasonOf(error: unknown): string {
  let current: unknown = error
  let text = 'the connection failed'
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    // An AggregateError of several addresses has an empty message.
    const inner = current instanceof AggregateError ? current.errors[0] : undefined
    if (current.message !== '') text = current.message
    current = inner ?? current.cause
  }
  return text.replace(/\.$/, '')
}
