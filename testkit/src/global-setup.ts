import type { TestProject } from 'vitest/node'
import { startControlPlane } from './control-plane.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the administrator's kubeconfig of the control plane that the tests of a run share. */
    kubeconfig: string
  }
}

/** Starts the control plane that the kube tests of a run share. They keep apart by namespace. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = (line: string) => console.error(`testbed: ${line}`)
  const controlPlane = await startControlPlane({ name: 'shared', log })
  project.provide('kubeconfig', controlPlane.kubeconfigPath)
  return controlPlane.stop
}
