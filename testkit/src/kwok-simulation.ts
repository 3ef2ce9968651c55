import { tmpdir } from 'node:os'
import type { Json } from './api-client.ts'

/** Annotation of pods that do not get on, and the ways in which they do not. */
export const TROUBLE = 'testkit.moorage.dev/trouble'

/** ms. */
const DAY = 24 * 60 * 60 * 1000

/** What the simulated kubelet does beyond its stock stages: pods in trouble, usage that wavers, logs, commands, ports. */
export function simulation(logsFile: string): Json[] {
  const crashed =
    'terminated: {exitCode: 1, reason: Error, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}'
  return [
    stage('pod-crash-loop', 'crash-loop', {
      phase: 'Running',
      waiting: 'CrashLoopBackOff',
      message: 'back-off 5m0s restarting failed container',
      restarts: 7,
      more: `lastState: {${crashed}}`,
      event: { type: 'Warning', reason: 'BackOff', message: 'Back-off restarting failed container' },
    }),
    stage('pod-image-pull', 'image-pull', {
      phase: 'Pending',
      waiting: 'ImagePullBackOff',
      message: 'Back-off pulling image',
      restarts: 0,
      more: '',
      event: { type: 'Warning', reason: 'Failed', message: 'Failed to pull image: not found' },
    }),
    hold('pod-image-pull-hold', 'image-pull'),
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterResourceUsage',
      metadata: { name: 'wavering' },
      spec: {
        usages: [
          {
            usage: {
              cpu: { expression: usage('cpu', '60m') },
              memory: { expression: usage('memory', '90Mi') },
            },
          },
        ],
      },
    },
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterLogs',
      metadata: { name: 'all' },
      spec: { logs: [{ logsFile, follow: false }] },
    },
    // Commands run on this machine. How they end is not told, nor that their input has ended.
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterExec',
      metadata: { name: 'all' },
      spec: { execs: [{ local: { workDir: tmpdir() } }] },
    },
    // Whatever is sent to a port comes back.
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterPortForward',
      metadata: { name: 'all' },
      spec: { forwards: [{ command: ['cat'] }] },
    },
  ]
}

/** Around the annotated value, or the usual one, by half in each direction. */
function usage(resource: string, usual: string): string {
  const key = `kwok.x-k8s.io/usage-${resource}`
  return `("${key}" in pod.metadata.annotations ? Quantity(pod.metadata.annotations["${key}"]) : Quantity("${usual}")) * (0.5 + Rand())`
}

/** What becomes of pods in trouble, before or after they have a status of their containers. */
function podStage(name: string, trouble: string, status: 'Exists' | 'DoesNotExist', what: Json): Json {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: 'v1', kind: 'Pod' },
      selector: {
        matchAnnotations: { [TROUBLE]: trouble },
        matchExpressions: [
          { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
          { key: '.status.containerStatuses', operator: status },
        ],
      },
      // The stock stage that makes pods ready has no weight, so it never wins against this one.
      weight: 1,
      ...what,
    },
  }
}

/** Keeps a Pending pod from the stock stage that makes pods ready: it is chosen in its place, and takes its time. */
const hold = (name: string, trouble: string): Json =>
  podStage(name, trouble, 'Exists', {
    delay: { durationMilliseconds: DAY },
    next: { statusTemplate: 'phase: Pending' },
  })

interface Trouble {
  phase: string
  waiting: string
  message: string
  restarts: number
  more: string
  event: { type: string; reason: string; message: string }
}

const stage = (name: string, trouble: string, is: Trouble): Json =>
  podStage(name, trouble, 'DoesNotExist', {
    next: {
      event: is.event,
      statusTemplate: `
{{ $now := Now }}
phase: ${is.phase}
startTime: {{ $now | Quote }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }}}
- {type: ContainersReady, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }}}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  started: false
  restartCount: ${is.restarts}
  state: {waiting: {reason: ${is.waiting}, message: ${is.message}}}
  ${is.more}
{{ end }}
`,
    },
  })
