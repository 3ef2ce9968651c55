import { once } from 'node:events'
import tls, { type TLSSocket } from 'node:tls'

/** Where requests are sent, and whose word is taken for it. */
export interface Target {
  port: number
  ca: string
}

const END = Buffer.from('\r\n\r\n')

/** One connection that sends requests one after the other; it reads as little of the answers as it can. */
export class Client {
  readonly socket: TLSSocket
  #head: Buffer = Buffer.alloc(0)
  #left = -1
  #answered: ((error?: Error) => void) | null = null

  static async open({ port, ca }: Target): Promise<Client> {
    const socket = tls.connect({ host: '127.0.0.1', port, ca, servername: 'localhost' })
    await once(socket, 'secureConnect')
    socket.setNoDelay(true)
    return new Client(socket)
  }

  private constructor(socket: TLSSocket) {
    this.socket = socket
    socket.on('data', chunk => this.#take(chunk))
    socket.on('error', error => this.#answered?.(error))
    socket.on('close', () => this.#answered?.(new Error('The connection ended.')))
  }

  /** ms until the answer has come whole. */
  async get(path: string): Promise<number> {
    const began = performance.now()
    const answered = this.#wait()
    this.socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
    await answered
    return performance.now() - began
  }

  async upload(bytes: number): Promise<void> {
    const answered = this.#wait()
    this.socket.write(`POST /upload HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${bytes}\r\n\r\n`)
    const piece = Buffer.alloc(65_536, 'x')
    for (let sent = 0; sent < bytes; sent += piece.length) {
      const rest = bytes - sent
      if (!this.socket.write(rest < piece.length ? piece.subarray(0, rest) : piece)) {
        await Promise.race([once(this.socket, 'drain'), answered])
      }
    }
    await answered
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = error => {
        this.#answered = null
        if (error) reject(error)
        else resolve()
      }
    })
  }

  #take(chunk: Buffer): void {
    if (this.#left < 0) {
      this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
      const end = this.#head.indexOf(END)
      if (end < 0) return
      const head = this.#head.toString('latin1', 0, end)
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
      if (!head.startsWith('HTTP/1.1 200') || (length === undefined && !/chunked/i.test(head))) {
        this.#answered?.(new Error(`Answered: ${this.#head.toString('latin1')}`))
        return
      }
      const rest = this.#head.length - end - END.length
      this.#head = Buffer.alloc(0)
      // A chunked answer is a watch: its head is all that is waited for.
      this.#left = length === undefined ? 0 : Number(length) - rest
    } else {
      this.#left -= chunk.length
    }
    if (this.#left > 0) return
    this.#left = -1
    this.#answered?.()
  }
}

/** Latencies in ms, sorted. */
export interface Measured {
  times: number[]
  seconds: number
}

export const share = ({ times }: Measured, part: number) =>
  times[Math.min(times.length - 1, Math.floor(times.length * part))] as number

/** As many requests as `connections` manage one after the other, for a while. */
export async function asFastAsPossible(target: Target, connections: number, seconds: number): Promise<Measured> {
  const clients = await Promise.all(Array.from({ length: connections }, () => Client.open(target)))
  const times: number[] = []
  const began = performance.now()
  const end = began + seconds * 1_000
  await Promise.all(
    clients.map(async client => {
      while (performance.now() < end) times.push(await client.get('/small'))
    }),
  )
  const took = (performance.now() - began) / 1_000
  for (const client of clients) client.socket.destroy()
  return { times: times.sort((a, b) => a - b), seconds: took }
}

/** Connections of a run at a fixed rate. Enough for any delay that would be acceptable; opening more would only add to it. */
const RATED_CONNECTIONS = 32

/** A fixed number of requests per second, each measured from when it was due: late answers do not put off the next requests. */
export async function atRate(
  target: Target,
  perSecond: number,
  seconds: number,
  meanwhile = () => true,
): Promise<Measured> {
  const clients = await Promise.all(Array.from({ length: RATED_CONNECTIONS }, () => Client.open(target)))
  const times: number[] = []
  const began = performance.now()
  let sent = 0
  await Promise.all(
    clients.map(async client => {
      for (;;) {
        const due = began + (sent / perSecond) * 1_000
        if (due > began + seconds * 1_000 || !meanwhile()) return
        // A way that can not keep up shows it by then.
        if (performance.now() > began + 2 * seconds * 1_000) return
        sent += 1
        const wait = due - performance.now()
        if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
        // A timer may be late by itself, which is not the way's doing.
        const asked = wait > 0 ? performance.now() : due
        await client.get('/small')
        times.push(performance.now() - asked)
      }
    }),
  )
  const took = (performance.now() - began) / 1_000
  for (const client of clients) client.socket.destroy()
  return { times: times.sort((a, b) => a - b), seconds: took }
}
