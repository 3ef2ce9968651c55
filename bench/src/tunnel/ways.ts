import { createCa } from '@moorage/testkit/tiny-ca.ts'
import type { Target } from './load.ts'
import { type Part, start } from './processes.ts'
import type { Settings } from './settings.ts'
import type { Goal, Table } from './table.ts'

/** One way to the server behind, and the processes of ours that it goes through. */
export interface Way {
  name: 'direct' | 'relay' | 'hub + direct' | 'tunnel'
  target: Target
  parts: Record<string, Pick<Part, 'usage'>>
}

/** In this order: direct, relay (the fair ceiling), hub + direct, tunnel. */
export type Ways = readonly Way[]

/** Makes what goes to the port go through something else first, and resolves with that one's port. */
export type Between = (port: number) => Promise<number>

export async function newSettings(maxConnections: number): Promise<Settings> {
  const ca = await createCa('bench')
  const { cert, key } = await ca.issue({ commonName: 'localhost', hosts: ['localhost', '127.0.0.1'] })
  return { cert, key, ca: ca.certPem, originPort: 0, nextPort: 0, hubPort: 0, maxConnections }
}

/**
 * All ways to one server, each part a process of its own. `between` lies where the long distance would be:
 * before the server for direct and for a hub that dials it, else between the two hops, and between hub and agent.
 */
export async function openWays(
  stack: AsyncDisposableStack,
  given: Settings,
  between: Between = async port => port,
): Promise<Ways> {
  const origin = await start(stack, 'origin.ts', given)
  const settings = { ...given, originPort: origin.port }
  const far = await between(origin.port)
  const second = await start(stack, 'relay.ts', { ...settings, nextPort: origin.port })
  const relay = await start(stack, 'relay.ts', { ...settings, nextPort: await between(second.port) })
  const dialling = await start(stack, 'direct-hub.ts', { ...settings, originPort: far })
  const hub = await start(stack, 'hub.ts', settings)
  const agent = await start(stack, 'agent.ts', { ...settings, hubPort: await between(hub.port) })
  const { ca } = given
  return [
    { name: 'direct', target: { port: far, ca }, parts: {} },
    { name: 'relay', target: { port: relay.port, ca }, parts: { relay, second } },
    { name: 'hub + direct', target: { port: dialling.port, ca }, parts: { hub: dialling } },
    { name: 'tunnel', target: { port: hub.port, ca }, parts: { hub, agent } },
  ]
}

/** One row per way, then the tunnel's ratio to the relay. */
export function compare(
  ways: Ways,
  table: Table,
  name: string,
  unit: string,
  values: readonly number[],
  goal?: Goal,
): void {
  for (const [index, way] of ways.entries()) table.add(`${name}, ${way.name}`, values[index] as number, unit)
  const of = (name: Way['name']) => values[ways.findIndex(way => way.name === name)] as number
  table.add(`${name}, tunnel / relay`, of('tunnel') / of('relay'), '×', goal)
}

/** What each part of a way used, and the sum of the tunnel's two. `scale` makes it seconds per request or per GiB. */
export function addCpu(
  way: Way,
  table: Table,
  name: string,
  cpuSeconds: Record<string, number>,
  scale: number,
  unit: string,
  goal?: Goal,
): void {
  const sum = Object.values(cpuSeconds).reduce((all, one) => all + one, 0) * scale
  if (way.name === 'relay') table.add(`${name}, relay (both hops)`, sum, unit)
  if (way.name === 'hub + direct') table.add(`${name}, hub + direct: hub`, sum, unit)
  if (way.name !== 'tunnel') return
  for (const [part, used] of Object.entries(cpuSeconds)) table.add(`${name}, tunnel: ${part}`, used * scale, unit)
  table.add(`${name}, tunnel: hub + agent`, sum, unit, goal)
}
