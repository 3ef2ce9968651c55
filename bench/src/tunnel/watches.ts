import { asFastAsPossible, Client } from './load.ts'
import { start } from './processes.ts'
import type { Settings } from './settings.ts'
import type { Table } from './table.ts'

/** Many watches opened in one moment, through a hub and an agent that have done nothing yet: how long, and what each holds. */
export async function watches(given: Settings, table: Table, count: number): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const origin = await start(stack, 'origin.ts', given)
  const settings = { ...given, originPort: origin.port }
  const hub = await start(stack, 'hub.ts', settings)
  const agent = await start(stack, 'agent.ts', { ...settings, hubPort: hub.port })
  const target = { port: hub.port, ca: given.ca }
  await asFastAsPossible(target, 4, 1)
  const usage = () => Promise.all([hub.usage(), agent.usage()])
  const [hubIdle, agentIdle] = await usage()
  const began = performance.now()
  const opened = await Promise.allSettled(
    Array.from({ length: count }, async () => {
      const client = await Client.open(target)
      await client.get('/watch')
      return client
    }),
  )
  const took = (performance.now() - began) / 1_000
  const lost = opened.filter(({ status }) => status === 'rejected')
  for (const { reason } of lost.slice(0, 1) as PromiseRejectedResult[]) process.stderr.write(`bench: ${reason}\n`)
  table.add(`${count} watches opened at once in`, took, 's')
  table.add('of these lost', lost.length, '', { text: 'none', met: value => value === 0 })
  const [hubFull, agentFull] = await usage()
  const each = (full: number, idle: number) => ((full - idle) * 1_000) / count
  table.add('memory per watch, hub (front included)', each(hubFull.residentMb, hubIdle.residentMb), 'KB')
  table.add('memory per watch, agent', each(agentFull.residentMb, agentIdle.residentMb), 'KB')
  for (const one of opened) if (one.status === 'fulfilled') one.value.socket.destroy()
}
