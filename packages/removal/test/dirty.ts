import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { DUMP_EVERY, dump, dumpDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type CleanupProgress, cleanup } from '../src/cleanup.ts'
import type { Helm } from '../src/helm.ts'
import { fullRules } from './agent.ts'

export const INSTANCE = 'aaaaaaaa-1111-4222-8333-444444444444'
export const NAMESPACE = 'moorage-system'
export const agent = { instance: INSTANCE, namespace: NAMESPACE, rules: fullRules }
/** Not waited for in tests as long as for a real cluster. */
export const timing = { goneWithin: 15_000, retryFor: 3_000, finalizerPatience: 500 }
/** Where something is expected to stay: a wait for it to go is a wait for nothing. */
export const impatient = { ...timing, goneWithin: 4_000 }
export const signal = new AbortController().signal

/** A control plane of a test file's own: dumps compare all of it, and a dead webhook is in everybody's way. */
export async function startDirty(name: string, crowd: (plane: ControlPlane) => Promise<void>) {
  const plane = await startControlPlane({ name, scheduler: false })
  const transport = directTransport(readKubeconfig(plane.kubeconfig))
  await crowd(plane)
  const before = await dumpAtRest(plane.api)
  return {
    plane,
    transport,
    /** Runs a cleanup to its end. */
    async run(helm: Helm | null = null, by: KubeTransport = transport, within = timing, instance = INSTANCE) {
      const progress: CleanupProgress[] = []
      const generator = cleanup({ transport: by, helm, timing: within }, instance, signal)
      for (;;) {
        const next = await generator.next()
        if (next.done) return { progress, result: next.value }
        progress.push(next.value)
      }
    },
    /** What differs from the cluster before any test; none once all that goes by itself has gone. */
    async difference(between = dumpDifference): Promise<string[]> {
      let difference: string[] = []
      await eventually(
        async () => {
          difference = between(before, await dump(plane.api))
          return difference.length === 0
        },
        { within: 30_000, every: DUMP_EVERY },
      ).catch(() => {}) // what is left is the answer
      return difference
    },
    async [Symbol.asyncDispose]() {
      await transport[Symbol.asyncDispose]()
      await plane.stop()
    },
  }
}

export type Dirty = Awaited<ReturnType<typeof startDirty>>
