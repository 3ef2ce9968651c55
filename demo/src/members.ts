import { join } from 'node:path'
import type { ControlPlane } from '@moorage/testkit/control-plane.ts'
import { startTestbed, type Testbed } from '@moorage/testkit/testbed.ts'

/** How a cluster comes into the fleet. */
export type Way = 'kubeconfig' | 'agent, read-only' | 'agent, full'

/** One cluster of the demo's fleet. */
export interface Member {
  name: string
  labels: Record<string, string>
  way: Way
  plane: ControlPlane
}

export interface Members extends AsyncDisposable {
  readonly list: readonly Member[]
  /** Lets nodes and pods change in all of them. */
  move(): void
}

const FLEET = [
  { name: 'harbour', flavour: 'eks', nodes: 6, labels: { env: 'production', region: 'eu' }, way: 'agent, read-only' },
  { name: 'lagoon', flavour: 'gke', nodes: 4, labels: { env: 'staging', region: 'eu' }, way: 'agent, full' },
  { name: 'dry-dock', flavour: 'kubeadm', nodes: 3, labels: { env: 'lab' }, way: 'kubeconfig' },
] as const

/** Starts the fleet's control planes side by side, each with nodes and workloads. */
export async function startMembers(dir: string): Promise<Members> {
  await using starting = new AsyncDisposableStack()
  const started = await Promise.allSettled(
    FLEET.map(async ({ name, flavour, nodes }) =>
      starting.use(await startTestbed({ name, flavour, nodes, workloads: true, metrics: true, dir: join(dir, name) })),
    ),
  )
  const testbeds = started.map(result => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
  const stack = starting.move()
  return {
    list: FLEET.map(({ name, labels, way }, index) => {
      return { name, labels, way, plane: (testbeds[index] as Testbed).controlPlane }
    }),
    move: () => {
      for (const testbed of testbeds) testbed.move()
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
