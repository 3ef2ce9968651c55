import type { Duplex } from 'node:stream'
import type { Clock } from '@moorage/tunnel/clock.ts'
import { TunnelError } from '@moorage/tunnel/errors.ts'
import { MAX_CONNECTIONS } from '@moorage/tunnel/limits.ts'
import { type Link, type LinkMessage, openLink } from '@moorage/tunnel/link.ts'
import { openPool, type Pool } from '@moorage/tunnel/pool.ts'
import { Hello } from './hello.ts'
import { HEARD_MS, LINK_WAIT_MS, RELINK_WAIT_MS, WORDS_BURST, WORDS_PER_SECOND } from './limits.ts'
import { type Rate, rateOf } from './rate.ts'
import type { Route } from './route.ts'

/** Who dialled, as it was verified. */
export interface AgentName {
  clusterId: string
  /** Name of the pod or process. */
  agent: string
  /** Where it dialled from first. */
  address: string | null
}

/** Why a process is no longer connected. `reason` is one CamelCase word. */
export interface Ending {
  reason: string
  message: string
}

export interface AgentProcessDeps {
  who: AgentName
  /** The key that it proved to have. */
  keyId: string
  /** What the hub says of itself once the agent has said hello. */
  welcome: { replica: string; hubVersion: string }
  clock: Clock
  /** It said that it stops: nothing more is to be begun with it. */
  leaving: () => void
  /** It said hello, for the first time or with something new. */
  greeted: (hello: Hello) => void
  /** All connections of the one that said hello before have ended, and another start of the agent came in its place. */
  restarted: () => void
  /** Its link broke off, and it opened another one. */
  returned: () => void
  noted: (note: Record<string, unknown>) => void
  /** The agent will dial because of what the hub did: it asked for connections, or has used one up. */
  caused: (dials: number) => void
  ended: (ending: Ending) => void
}

const endings = {
  'closed-here': { reason: 'ClosedByHub', message: 'The hub closed the connections.' },
  'closed-there': { reason: 'ClosedByAgent', message: 'The agent, or something on the way, closed the connections.' },
  stopping: { reason: 'AgentStopping', message: 'The agent said that it stops, and what ran over it has ended.' },
  silent: { reason: 'Silent', message: 'Nothing was heard of the agent for 12 s.' },
  malformed: { reason: 'Malformed', message: 'The agent said something on its link that could not be understood.' },
  slow: { reason: 'NotReading', message: 'The agent did not read what the hub sent on its link.' },
} as const satisfies Record<Awaited<Link['ended']> | 'stopping', Ending>

const wanted = (connections: number) => ({ type: 'want', connections })

/** One process of an agent: the connections that it dialled, and the link over one of them that tells whether it lives. */
export class AgentProcess implements Route {
  readonly who: AgentName
  readonly keyId: string
  readonly pool: Pool
  readonly since: Date
  readonly #deps: AgentProcessDeps
  readonly #words: Rate
  #link: Link | null = null
  #linking = false
  /** Connections that were wanted while there was no link to say so. */
  #wanted = 0
  #greeted: Hello | null = null
  #over = false
  readonly #left = new AbortController()
  #linkSocket: Duplex | undefined

  constructor(deps: AgentProcessDeps, since: Date) {
    this.#deps = deps
    this.who = deps.who
    this.keyId = deps.keyId
    this.since = since
    this.#words = rateOf(WORDS_BURST, WORDS_PER_SECOND, () => deps.clock.now())
    this.pool = openPool({
      clock: deps.clock,
      want: connections => this.#want(connections),
      usedUp: () => deps.caused(1),
    })
  }

  /** What it last said of itself; null before it said hello. */
  get hello(): Hello | null {
    return this.#greeted
  }

  linked(): boolean {
    return this.#link !== null && this.#greeted !== null && !this.#over && !this.leaving
  }

  /** It has said that it stops. */
  get leaving(): boolean {
    return this.left.aborted
  }

  get left(): AbortSignal {
    return this.#left.signal
  }

  heard(): boolean {
    return this.linked() && (this.#link?.silentMs() ?? Infinity) < HEARD_MS
  }

  /** Takes a connection in. False where there are enough, or the process has ended. */
  accept(connection: Duplex): boolean {
    if (this.#over || !this.pool.add(connection)) return false
    if (this.#link === null && !this.#linking) void this.#openLink(LINK_WAIT_MS)
    return true
  }

  /** Asks the agent to dial other replicas; what runs goes on. */
  drain(): void {
    this.#link?.send({ type: 'drain' })
  }

  /** Ends all connections of the process. */
  async end(ending: Ending): Promise<void> {
    if (this.#over) return
    this.#over = true
    this.#link?.[Symbol.dispose]()
    this.#deps.ended(ending)
    await this.pool[Symbol.asyncDispose]()
  }

  /** What has begun ends, and then the process is let go. */
  async #leave(): Promise<void> {
    if (this.leaving || this.#over) return
    this.#left.abort(new Error('The agent stops.'))
    this.#deps.leaving()
    await this.pool.retire(this.#linkSocket)
    await this.end(endings.stopping)
  }

  #want(connections: number): void {
    this.#deps.caused(connections)
    if (this.#link === null) this.#wanted = Math.max(this.#wanted, connections)
    else this.#link.send(wanted(connections))
  }

  /** One of the connections becomes the link. */
  async #openLink(waitMs: number): Promise<void> {
    this.#linking = true
    const waited = new AbortController()
    const late = this.#deps.clock.after(waitMs, () => waited.abort(new Error('The agent opened no link in time.')))
    try {
      const socket = await this.#upgradeOne(waited.signal)
      if (this.#over) return void socket.destroy()
      this.#linkSocket = socket
      this.#use(openLink(socket, { receive: message => this.#receive(message), clock: this.#deps.clock }))
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      const because = this.#greeted === null ? `The agent opened no link: ${said}` : endings['closed-there'].message
      await this.end({ reason: this.#greeted === null ? 'NoLink' : 'ClosedByAgent', message: because })
    } finally {
      this.#linking = false
      late()
    }
  }

  /** A connection may have ended just as it is asked: then it is another one's turn. */
  async #upgradeOne(signal: AbortSignal): Promise<Duplex> {
    const headers = { connection: 'Upgrade', upgrade: 'moorage-link' }
    for (;;) {
      try {
        return (await this.pool.upgrade({ method: 'GET', path: '/-/moorage/link', headers }, signal)).socket
      } catch (error) {
        const { idle, busy } = this.pool.stats()
        const ended = error instanceof TunnelError && error.reason === 'closed'
        if (this.#over || signal.aborted || !ended || idle + busy === 0) throw error
      }
    }
  }

  #use(link: Link): void {
    this.#link = link
    if (this.#wanted > 0) link.send(wanted(this.#wanted))
    this.#wanted = 0
    const mute = { reason: 'NoHello', message: 'The agent opened its link and did not say who it is.' }
    const stopWaiting = this.#deps.clock.after(LINK_WAIT_MS, () => {
      if (this.#greeted === null) void this.end(mute)
    })
    void link.ended.then(how => {
      stopWaiting()
      if (this.#over) return
      this.#link = null
      // One connection may break while the others live. Silence is of all of them.
      if (how === 'closed-there') void this.#openLink(RELINK_WAIT_MS)
      else void this.end(endings[how])
    })
  }

  #receive(message: LinkMessage & Record<string, unknown>): void {
    if (!this.#words.allows('')) {
      void this.end({ reason: 'SaysTooMuch', message: 'The agent said more on its links than anybody could need.' })
      return
    }
    if (message.type === 'leaving') void this.#leave()
    if (message.type === 'note') this.#deps.noted(message)
    // What a later version of the agent says is none of ours.
    if (message.type !== 'hello') return
    const hello = Hello.parse(message)
    if (this.#greeted?.process !== undefined && this.#greeted.process !== hello.process) this.#deps.restarted()
    const first = JSON.stringify(hello) !== JSON.stringify(this.#greeted)
    this.#greeted = hello
    this.pool.most = Math.min(hello.connections, MAX_CONNECTIONS)
    // `leaving` says that this hub lets an agent go which says so: it ends what is idle, and each of the others in its time.
    const welcome = { type: 'welcome', leaving: true, ...this.#deps.welcome }
    this.#link?.send(welcome)
    if (first) this.#deps.greeted(hello)
    else this.#deps.returned()
  }
}
