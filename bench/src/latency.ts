import type { Figure } from './report.ts'

/** Calls that are made first and not counted: connections open, statements are prepared, code is compiled. */
const WARM_UP = 20

/** Sends `count` requests one after another and measures each to the end of its body, in ms. */
export async function latency(count: number, send: () => Promise<Response>) {
  const times: number[] = []
  for (let sent = 0; sent < count + WARM_UP; sent += 1) {
    const start = performance.now()
    const answer = await send()
    const body = await answer.text()
    if (!answer.ok) throw new Error(`${answer.status}: ${body}`)
    if (sent >= WARM_UP) times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number
  return {
    figures: (name: string, goal: string): Figure[] => [
      { name: `${name}, p50`, value: at(0.5), unit: 'ms', goal },
      { name: `${name}, p99`, value: at(0.99), unit: 'ms' },
    ],
  }
}
