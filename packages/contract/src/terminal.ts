import { z } from 'zod'
import { RecordingPolicy } from './recording.ts'

/** Which terminals a hub has in its console; a setting of `moorage server`. */
export const Terminals = z
  .object({
    pod: z.boolean().describe('Shells in pods'),
    kubectl: z.boolean().describe('The kubectl prompt'),
  })
  .meta({ id: 'Terminals' })
export type Terminals = z.infer<typeof Terminals>

/** Sub-protocols of a pod's terminal, best first: Kubernetes’ own. A client offers both, the cluster takes one. */
export const POD_TERMINAL_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const

/** The first byte of each binary message of a pod's terminal. 3 is a Kubernetes Status, at the end; 4 is `{"Width":80,"Height":24}`. */
export const POD_CHANNELS = { stdin: 0, stdout: 1, status: 3, resize: 4, close: 255 } as const

/** Sub-protocol of the kubectl prompt: JSON, one object in each text message. */
export const PROMPT_PROTOCOL = 'prompt.moorage.dev.v1'

/** Codes by which the hub closes a prompt, beside those of WebSockets themselves. */
export const PROMPT_CLOSED = {
  /** The credential is no longer good, or the right to the cluster was taken back. */
  cut: 4403,
  /** Nothing was asked for so long. */
  idle: 4408,
  /** A message that is none of the protocol's. */
  broken: 4400,
} as const

/** Characters of a line at the prompt. */
export const MAX_PROMPT_LINE = 4_096

export const OpenPodTerminal = z.object({
  namespace: z.string().min(1).max(63).describe('Of the pod'),
  pod: z.string().min(1).max(253).describe('Name of the pod'),
  container: z.string().min(1).max(63).optional().describe('Without it the pod’s default one'),
  command: z
    .string()
    .min(1)
    .max(MAX_PROMPT_LINE)
    .optional()
    .describe(
      'What to run, as words that may be quoted; nothing is expanded. Without it the best shell that is there: bash, else sh',
    ),
})
export type OpenPodTerminal = z.infer<typeof OpenPodTerminal>

/** What a shell in a pod would be. */
export const PodTerminal = z
  .object({
    protocols: z.array(z.string()).describe('Sub-protocols of the WebSocket at the same address'),
    command: z.array(z.string()).describe('What is run'),
    recording: RecordingPolicy,
  })
  .meta({ id: 'PodTerminal' })
export type PodTerminal = z.infer<typeof PodTerminal>

/** What the prompt takes. */
export const KubectlPrompt = z
  .object({
    protocol: z.string().describe('Sub-protocol of the WebSocket at the same address'),
    commands: z
      .array(z.object({ name: z.string(), flags: z.array(z.string()) }))
      .describe('Commands of kubectl that it runs, such as "rollout status", with their flags'),
    globalFlags: z.array(z.string()).describe('Flags of every command'),
    recording: RecordingPolicy,
  })
  .meta({ id: 'KubectlPrompt' })
export type KubectlPrompt = z.infer<typeof KubectlPrompt>

const RunId = z.string().min(1).max(64)

/** What a client of the prompt says. One line runs at a time. */
export const PromptRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run'),
    id: RunId.describe('Of the client’s choice; what comes of the line carries it'),
    line: z.string().max(MAX_PROMPT_LINE).describe('With or without "kubectl" before it'),
  }),
  z.strictObject({ type: z.literal('cancel'), id: RunId }),
])
export type PromptRequest = z.infer<typeof PromptRequest>

/** What the hub says at the prompt. Each line ends with either `exit` or `refused`. */
export const PromptMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('output'), id: RunId, stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({
    type: z.literal('exit'),
    id: RunId,
    code: z.int().nullable().describe('null where it did not end by itself'),
    reason: z.string().optional().describe('Why it was ended'),
  }),
  z.object({
    type: z.literal('refused'),
    id: RunId,
    message: z.string().describe('What is not run here, why, and what to use instead'),
  }),
])
export type PromptMessage = z.infer<typeof PromptMessage>

/** Where a pod's terminal is: upgraded to a WebSocket it is the shell, without that it tells whether there would be one. */
export function podTerminalPath(cluster: string, { namespace, pod, container, command }: OpenPodTerminal): string {
  const query = new URLSearchParams({ namespace, pod })
  if (container !== undefined) query.set('container', container)
  if (command !== undefined) query.set('command', command)
  return `/api/v1/clusters/${encodeURIComponent(cluster)}/terminal/pod?${query}`
}

/** Where a cluster's kubectl prompt is: upgraded to a WebSocket it is the prompt, without that it tells what it takes. */
export const kubectlPromptPath = (cluster: string): string =>
  `/api/v1/clusters/${encodeURIComponent(cluster)}/terminal/kubectl`
