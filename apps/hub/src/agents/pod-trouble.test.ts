import { expect, test } from 'vitest'
import { type PodSeen, podTrouble } from './pod-trouble.ts'

const NEW = 'moorage/agent:0.2.0'
const pod = (status: PodSeen['status'], image = NEW): PodSeen => ({
  metadata: { name: 'moorage-agent-x' },
  spec: { containers: [{ name: 'agent', image }] },
  ...(status && { status }),
})
const container = (state: object, more: object = {}) => ({ containerStatuses: [{ name: 'agent', state, ...more }] })

test.each<[string, PodSeen[], string | null]>([
  ['nothing', [], null],
  ['one without a status', [pod(undefined)], null],
  ['only one of before', [pod(container({ waiting: { reason: 'ImagePullBackOff' } }), 'moorage/agent:0.1.0')], null],
  [
    'one whose image is not found',
    [pod(container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } }))],
    'The pod moorage-agent-x waits: ImagePullBackOff: Back-off pulling image',
  ],
  [
    'one that ends again and again',
    [
      pod(
        container(
          { waiting: { reason: 'CrashLoopBackOff' } },
          { lastState: { terminated: { exitCode: 1, reason: 'Error' } } },
        ),
      ),
    ],
    'The pod moorage-agent-x ended with 1: Error',
  ],
  [
    'one that finds no node',
    [pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] })],
    'The pod moorage-agent-x finds no node: 0/3 nodes are available',
  ],
  ['one that runs', [pod({ phase: 'Running' })], 'The pod moorage-agent-x runs, and has not reached the hub.'],
])('of %s it is said why it does not serve', (_what, pods, words) => {
  expect(podTrouble(pods, NEW)).toBe(words)
})
