import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { KubeConfig } from '@kubernetes/client-node'

/** Connections that are begun at a time: as many as clients begin that come back together. */
const AT_ONCE = 70

/** How a watch was answered; `said` where it was refused. */
interface Opening {
  status: number
  headers: IncomingHttpHeaders
  said?: unknown
}

/** Watches of one namespace, each by a connection of its own. */
interface Watches extends AsyncDisposable {
  open(count: number): Promise<Opening[]>
  /** Ends as many of those that were opened. */
  close(count: number): void
  /** Asks for as many short lists at once; gives their statuses. */
  ask(count: number): Promise<number[]>
  /** How many were told it. */
  told(what: string): number
}

export function openWatches(kubeconfig: string, namespace: string): Watches {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const { server = '', caData = '' } = config.getCurrentCluster() ?? {}
  const { hostname: host, port, pathname } = new URL(server)
  const ca = Buffer.from(caData, 'base64')
  const headers = { authorization: `Bearer ${config.getCurrentUser()?.token}` }
  const opened: { asked: ClientRequest; seen: string }[] = []

  const send = (query: string) => {
    const path = `${pathname}/api/v1/namespaces/${namespace}/configmaps?${query}`
    const asked = request({ host, port, path, headers, ca, agent: false })
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      asked.on('error', reject)
      asked.on('response', resolve)
    })
    asked.end()
    return { asked, answer }
  }

  async function openOne(): Promise<Opening> {
    const { asked, answer } = send('watch=1')
    const response = await answer
    const { statusCode: status = 0, headers } = response
    if (status !== 200) return { status, headers, said: JSON.parse(await text(response)) }
    const one = { asked, seen: '' }
    opened.push(one)
    response.setEncoding('utf8').on('data', (piece: string) => {
      one.seen += piece
    })
    response.on('error', () => {})
    return { status, headers }
  }

  return {
    async open(count) {
      const all: Opening[] = []
      while (all.length < count) {
        const some = Math.min(AT_ONCE, count - all.length)
        all.push(...(await Promise.all(Array.from({ length: some }, openOne))))
      }
      return all
    },
    close: count => {
      for (const { asked } of opened.splice(0, count)) asked.destroy()
    },
    ask: count =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const response = await send('limit=1').answer
          response.resume()
          return response.statusCode ?? 0
        }),
      ),
    told: what => opened.filter(({ seen }) => seen.includes(what)).length,
    async [Symbol.asyncDispose]() {
      for (const { asked } of opened) asked.destroy()
    },
  }
}
