import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { eventually } from './eventually.ts'
import { kubectl } from './kubectl.ts'
import { canRunKubelet, type Kubelet, startKubelet } from './kubelet.ts'
import { BUSYBOX_IMAGE } from './kubelet-config.ts'

const can = canRunKubelet()
const stack = new AsyncDisposableStack()
let controlPlane: ControlPlane
let kubelet: Kubelet
beforeAll(async () => {
  if (!can.ok) return
  controlPlane = stack.use(await startControlPlane({ name: 'real' }))
  kubelet = stack.use(await startKubelet(controlPlane))
})
afterAll(() => stack.disposeAsync())
// Counted as not run, which fails a full run: never silent.
beforeEach(context => {
  if (!can.ok) context.skip(can.reason)
})

const run = (args: string[], input?: string) => kubectl(controlPlane.kubeconfigPath, args, input ? { input } : {})

test('a pod runs on a real kubelet: logs, exec -i and exit codes work', async () => {
  await controlPlane.api.create('/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shell' },
    spec: {
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: BUSYBOX_IMAGE,
          imagePullPolicy: 'Never',
          command: ['/bin/sh', '-c', 'echo it runs; exec sleep 3600'],
        },
      ],
    },
  })
  const podPath = '/api/v1/namespaces/default/pods/shell'
  await eventually(
    async () => {
      const { status } = await controlPlane.api.get(podPath)
      expect(JSON.stringify(status.containerStatuses?.[0]?.state ?? status)).toContain('"running"')
    },
    { within: 60_000, every: 200 },
  )
  const { spec, status } = await controlPlane.api.get(podPath)
  expect(spec.nodeName).toBe(kubelet.nodeName)
  expect(status.podIP).toMatch(/^10\.99\./)
  expect((await run(['logs', 'shell'])).stdout).toBe('it runs\n')
  const big = 'x'.repeat(1_000_000)
  const echoed = await run(['exec', '-i', 'shell', '--', 'cat'], big)
  expect([echoed.code, echoed.stdout.length, echoed.stdout === big]).toEqual([0, big.length, true])
  expect((await run(['exec', 'shell', '--', 'sh', '-c', 'exit 7'])).code).toBe(7)
})

test('a kubelet that is stopped with a pod on it leaves no process, mount, address or file', async () => {
  const { status } = await controlPlane.api.get(`/api/v1/nodes/${kubelet.nodeName}`)
  const address = status.addresses.find((each: { type: string }) => each.type === 'InternalIP').address
  const processes = () => execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).split('\n')
  const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  const addresses = () => execFileSync('ip', ['addr'], { encoding: 'utf8' }).split('\n')
  const ours = (lines: string[], what: string) => lines.filter(line => line.includes(what))
  expect(ours(processes(), kubelet.dir).length).toBeGreaterThanOrEqual(3) // containerd, kubelet, the pod's keeper
  expect(ours(mounts(), kubelet.dir).length).toBeGreaterThan(0)
  expect(ours(addresses(), address)).toHaveLength(1)
  await kubelet.stop()
  expect(ours(processes(), kubelet.dir)).toEqual([])
  expect(ours(mounts(), kubelet.dir)).toEqual([])
  expect(ours(addresses(), address)).toEqual([])
  expect(existsSync(kubelet.dir)).toBe(false)
})
