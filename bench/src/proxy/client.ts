import type { ClientRequest } from 'node:http'
import { Agent, get } from 'node:https'

/** An API server, or the hub in front of one. */
export interface Place {
  /** Base address; paths of the Kubernetes API follow it. */
  url: string
  ca: string
  headers: Record<string, string>
  cert?: string
  key?: string
}

/** Connections of a run: enough for any delay that would be acceptable. */
const CONNECTIONS = 32

/** Sends requests over connections that are kept. */
export function proxyClient({ url, ca, headers, cert, key }: Place) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca, cert, key })
  /** Bytes of the body, and ms until its first byte and until it had come whole. */
  const ask = (
    path: string,
    more: Record<string, string> = {},
  ): Promise<{ bytes: number; ms: number; firstMs: number }> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const asked = get(url + path, { agent, headers: { ...headers, ...more } }, answer => {
        let bytes = 0
        let firstMs = 0
        answer.on('data', (piece: Buffer) => {
          if (bytes === 0) firstMs = performance.now() - began
          bytes += piece.length
        })
        answer.on('error', reject)
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve({ bytes, ms: performance.now() - began, firstMs })
          else reject(new Error(`${path} was answered with ${answer.statusCode}.`))
        })
      })
      asked.on('error', reject)
    })

  /** A fixed number of requests per second, each measured from when it was due. */
  async function atRate(path: string, perSecond: number, seconds: number): Promise<number[]> {
    const times: number[] = []
    const began = performance.now()
    let sent = 0
    const one = async () => {
      for (;;) {
        const due = began + (sent / perSecond) * 1_000
        if (due > began + seconds * 1_000) return
        sent += 1
        const wait = due - performance.now()
        if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
        const asked = wait > 0 ? performance.now() : due
        await ask(path)
        times.push(performance.now() - asked)
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
    return times.sort((a, b) => a - b)
  }

  /** Opens a watch on a connection of its own, and resolves once its head has come. */
  const watch = (path: string): Promise<ClientRequest> =>
    new Promise((resolve, reject) => {
      const asked = get(url + path, { agent: false, ca, cert, key, headers }, answer => {
        answer.resume()
        answer.on('error', () => {})
        if (answer.statusCode === 200) resolve(asked)
        else reject(new Error(`A watch was answered with ${answer.statusCode}.`))
      })
      asked.on('error', reject)
    })

  return { ask, atRate, watch, [Symbol.dispose]: () => agent.destroy() }
}

export const share = (times: readonly number[], part: number): number =>
  times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN
