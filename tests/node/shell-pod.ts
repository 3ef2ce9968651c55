import type { ControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { BUSYBOX_IMAGE } from '@moorage/testkit/kubelet-config.ts'
import { expect } from 'vitest'

/** Makes a pod to work in, and waits for it: `main` writes a log, `web` serves a page at 8080, `reader` says what it reads. */
export async function createShellPod(member: ControlPlane, name: string): Promise<void> {
  const command = ['/bin/sh', '-c', 'echo it runs; while true; do date; sleep 1; done']
  await member.api.create('/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 1,
      containers: [
        { name: 'main', image: BUSYBOX_IMAGE, imagePullPolicy: 'Never', command },
        {
          name: 'web',
          image: BUSYBOX_IMAGE,
          imagePullPolicy: 'Never',
          command: ['/bin/sh', '-c', 'echo hello > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'],
        },
        { name: 'reader', image: BUSYBOX_IMAGE, imagePullPolicy: 'Never', command: ['/bin/cat'], stdin: true },
      ],
    },
  })
  await eventually(
    async () => {
      const { status } = await member.api.get(`/api/v1/namespaces/default/pods/${name}`)
      const running = status.containerStatuses?.filter((each: { state: object }) => 'running' in each.state)
      expect(running?.length, JSON.stringify(status.containerStatuses ?? status)).toBe(3)
    },
    { within: 90_000, every: 250 },
  )
}
