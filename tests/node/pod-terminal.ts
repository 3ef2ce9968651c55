import {
  type OpenPodTerminal,
  POD_CHANNELS,
  POD_TERMINAL_PROTOCOLS,
  podTerminalPath,
} from '@moorage/contract/terminal.ts'
import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import { openHubSocket } from '@moorage/testkit/hub-socket.ts'

/** A terminal in a pod, as the console has it. */
export interface PodTerminal extends AsyncDisposable {
  protocol: string
  shown(): string
  /** What the cluster says at the end. */
  status: Promise<unknown>
  type(text: string): void
  resize(Width: number, Height: number): void
}

export async function openPodTerminal(hub: HubProcess, cluster: string, pod: OpenPodTerminal): Promise<PodTerminal> {
  const opened = await openHubSocket(hub, podTerminalPath(cluster, pod), POD_TERMINAL_PROTOCOLS)
  const { socket } = opened
  const { promise: status, resolve } = Promise.withResolvers<unknown>()
  let shown = ''
  socket.addEventListener('message', ({ data }) => {
    const message = Buffer.from(data as ArrayBuffer)
    const text = message.subarray(1).toString()
    if (message[0] === POD_CHANNELS.stdout) shown += text
    if (message[0] === POD_CHANNELS.status) resolve(JSON.parse(text))
  })
  const send = (channel: number, text: string) => socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]))
  return {
    protocol: socket.protocol,
    shown: () => shown,
    status,
    type: text => send(POD_CHANNELS.stdin, text),
    resize: (Width, Height) => send(POD_CHANNELS.resize, JSON.stringify({ Width, Height })),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}
