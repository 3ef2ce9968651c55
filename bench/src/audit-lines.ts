import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import type { Figure } from './report.ts'
import { usageOf } from './tunnel/of-pid.ts'

/** Requests that are sent first and not counted: code is compiled, also the database's own. */
const WARM_UP = 500

const send = async (hub: HubProcess, method: string, path: string, body: unknown) => {
  const answer = await hub.fetch(path, { method, body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${text}`)
  return JSON.parse(text)
}

/**
 * Refused requests: each has a line in the log that is stored before it is answered. CPU is that of the hub's process
 * for the request as a whole, and of the embedded database where it is that.
 */
export async function auditLines(hub: HubProcess, store: string, count: number): Promise<Figure[]> {
  await send(hub, 'PUT', '/api/v1/service-accounts/nobody', {})
  const { token } = await send(hub, 'POST', '/api/v1/tokens', { name: 'nobody', serviceAccount: 'nobody' })
  const refused = async (asked: number, atOnce: number) => {
    let sent = 0
    const lane = async () => {
      while (sent < asked) {
        sent += 1
        const answer = await hub.fetch('/api/v1/users', { headers: { authorization: `Bearer ${token}` } })
        await answer.text()
        if (answer.status !== 403) throw new Error(`A request of nobody's was answered with ${answer.status}.`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
  }
  await refused(WARM_UP, 32)
  const figures: Figure[] = []
  for (const atOnce of [1, 32]) {
    const used = usageOf(hub.pid).cpuSeconds
    const began = performance.now()
    await refused(count, atOnce)
    const seconds = (performance.now() - began) / 1_000
    const cpu = usageOf(hub.pid).cpuSeconds - used
    const words = `refused requests, ${atOnce} at once, ${store}`
    figures.push({ name: words, value: count / seconds, unit: '/s' })
    figures.push({ name: '  CPU of the hub for each', value: (cpu / count) * 1e6, unit: 'µs' })
  }
  return figures
}
