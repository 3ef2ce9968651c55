import pg from 'pg'

/** Wait before dialling again after the connection was lost: doubles from the first to the last, with jitter. */
const FIRST_RETRY_MS = 200
const LAST_RETRY_MS = 5_000
/** A listening connection says nothing for hours, so whether it still lives is asked this often, in ms. */
const BEAT_EVERY_MS = 10_000
/** A database that takes longer than this for `select 1` is as good as away, in ms. */
const BEAT_TIMEOUT_MS = 5_000

export interface ListenerDeps {
  random: () => number
  warn: (message: string, error: unknown) => void
  beatEveryMs?: number
  beatTimeoutMs?: number
}

/**
 * One connection of its own that listens, as pooled ones come and go. When it is lost it dials again and
 * listens to all channels anew; what was sent in between is lost, so listeners hear an empty payload then.
 */
export class Listener implements AsyncDisposable {
  readonly #config: pg.ClientConfig
  readonly #deps: ListenerDeps
  readonly #listeners = new Map<string, Set<(payload: string) => void>>()
  #client: pg.Client | null = null
  #retry: NodeJS.Timeout | undefined
  readonly #beat: NodeJS.Timeout
  #closed = false
  #connecting: Promise<void> | null = null
  #failures = 0

  constructor(config: pg.ClientConfig, deps: ListenerDeps) {
    this.#config = config
    this.#deps = deps
    this.#beat = setInterval(() => this.#look(), deps.beatEveryMs ?? BEAT_EVERY_MS)
    this.#beat.unref()
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<AsyncDisposable> {
    const listener = (payload: string) => heard(payload)
    const known = this.#listeners.get(channel)
    const listeners = known ?? new Set()
    this.#listeners.set(channel, listeners.add(listener))
    await this.#connected()
    if (!known) await this.#client?.query(`listen ${pg.escapeIdentifier(channel)}`)
    return {
      [Symbol.asyncDispose]: async () => {
        listeners.delete(listener)
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    clearInterval(this.#beat)
    await this.#connecting?.catch(() => undefined)
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => undefined)
  }

  async #connected(): Promise<void> {
    if (this.#client || this.#closed) return
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null
    })
    await this.#connecting
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(this.#config)
    let lost = false
    const lose = (error: unknown) => {
      if (lost) return
      lost = true
      if (this.#client !== client) return
      this.#client = null
      this.#deps.warn('The connection that listens for changes was lost; dialling again.', error)
      this.#again()
    }
    client.on('error', lose)
    client.on('end', () => lose(new Error('the connection ended')))
    client.on('notification', ({ channel, payload }) => {
      for (const heard of this.#listeners.get(channel) ?? []) heard(payload ?? '')
    })
    try {
      await client.connect()
      for (const channel of this.#listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      lost = true
      await client.end().catch(() => undefined)
      throw error
    }
    this.#failures = 0
    this.#client = client
  }

  /** A firewall or a failover can take the connection away without a word, which an idle socket does not notice. */
  #look(): void {
    const client = this.#client
    if (!client) return
    // It then ends with an error, which is what dials again.
    const timer = setTimeout(() => client.connection.stream.destroy(), this.#deps.beatTimeoutMs ?? BEAT_TIMEOUT_MS)
    timer.unref()
    client
      .query('select 1')
      .catch(() => undefined)
      .finally(() => clearTimeout(timer))
  }

  #again(): void {
    if (this.#closed) return
    const limit = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures)
    this.#failures += 1
    this.#retry = setTimeout(() => {
      this.#connected().then(
        () => {
          for (const listeners of this.#listeners.values()) for (const heard of listeners) heard('')
        },
        () => this.#again(),
      )
    }, this.#deps.random() * limit)
  }
}
