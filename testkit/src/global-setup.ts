import type { TestProject } from 'vitest/node'
import { startTestbed } from './testbed.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the administrator's kubeconfig of the control plane that the tests of a run share. */
    kubeconfig: string
  }
}

/** Simulated nodes of the shared control plane: enough to spread over. */
const NODES = 3

/**
 * Starts the control plane that the kube tests of a run share. They keep apart by namespace.
 *
 * @public
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = (line: string) => console.error(`testbed: ${line}`)
  const testbed = await startTestbed({ name: 'shared', nodes: NODES, log })
  project.provide('kubeconfig', testbed.controlPlane.kubeconfigPath)
  return async () => testbed[Symbol.asyncDispose]()
}
