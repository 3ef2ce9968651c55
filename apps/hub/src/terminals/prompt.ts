import { PROMPT_CLOSED, type PromptMessage, PromptRequest } from '@moorage/contract/terminal.ts'
import type { RawData, WebSocket } from 'ws'
import { readKubectlLine } from './kubectl-line.ts'
import { promptHelp } from './prompt-help.ts'
import type { PromptRecording } from './prompt-recording.ts'
import type { Ended, Output, Running } from './run-kubectl.ts'

/** What a prompt works with. */
export interface PromptDeps {
  cluster: string
  recording: PromptRecording
  /** Begins a run of kubectl, or says why it does not. */
  run(args: readonly string[], print: (output: Output) => Promise<void> | null): Promise<Running | { refused: string }>
  /** ms without a line after which it is closed. */
  idleMs: number
  failed: (error: unknown) => void
}

/** Bytes that wait for a client before kubectl has to. */
const HIGH_WATER = 1_048_576
/** ms between two looks whether the other end is there. */
const PING_MS = 30_000
/** Letters of a reason: WebSockets take 123 bytes. */
const MAX_REASON = 100
/** ms that the other end has to read why it was closed. */
const CLOSE_MS = 2_000

/** A message of the protocol; null for anything else. */
export function readPromptRequest(data: RawData, isBinary: boolean): PromptRequest | null {
  if (isBinary) return null
  try {
    const read = PromptRequest.safeParse(JSON.parse(data.toString()))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** Answers the lines of one prompt, one after the other, until either end closes it. Resolves with why, where the hub did. */
export async function answerPrompt(
  socket: WebSocket,
  deps: PromptDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { recording } = deps
  let current: { id: string; running: Running | null; cancelled: boolean } | null = null
  let because: string | undefined
  let answered: Promise<void> = Promise.resolve()

  const send = (message: PromptMessage): Promise<void> | null => {
    if (socket.readyState !== socket.OPEN) return null
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.send(JSON.stringify(message), () => resolve())
    return socket.bufferedAmount > HIGH_WATER ? promise : null
  }
  const show = (id: string, { stream, text }: Output): Promise<void> | null => {
    const waits = [recording.shown(text), send({ type: 'output', id, stream, text })].filter(wait => wait !== null)
    return waits.length === 0 ? null : Promise.all(waits).then(() => {})
  }
  const close = (code: number, why: string) => {
    if (because !== undefined) return
    because = why
    current?.running?.end(why)
    socket.close(code, why.slice(0, MAX_REASON))
    setTimeout(() => socket.terminate(), CLOSE_MS).unref()
  }
  const refuse = (id: string, message: string) => {
    void recording.shown(`${message}\n`)
    send({ type: 'refused', id, message })
  }

  const execute = async (id: string, line: string): Promise<void> => {
    await recording.line(line)
    const read = readKubectlLine(line)
    if ('refused' in read) return refuse(id, read.refused)
    if ('help' in read) {
      show(id, { stream: 'stdout', text: promptHelp(deps.cluster) })
      send({ type: 'exit', id, code: 0 })
      return
    }
    const begun = await deps.run(read.args, output => show(id, output))
    if ('refused' in begun) return refuse(id, begun.refused)
    if (current !== null) current.running = begun
    // It may have been closed, or cancelled, while kubectl was started.
    if (because !== undefined || socket.readyState !== socket.OPEN) begun.end(because ?? 'The prompt was closed.')
    else if (current?.cancelled) begun.end('It was cancelled.')
    const ended: Ended = await begun.ended
    if (ended.reason !== undefined) void recording.shown(`\n${ended.reason}\n`)
    send({ type: 'exit', id, ...ended })
  }

  const take = (request: PromptRequest) => {
    if (request.type === 'cancel') {
      if (current?.id !== request.id) return
      current.cancelled = true
      current.running?.end('It was cancelled.')
      return
    }
    const { id, line } = request
    if (current !== null) {
      send({ type: 'refused', id, message: 'Another line is running here. Wait for it to end, or cancel it.' })
      return
    }
    current = { id, running: null, cancelled: false }
    answered = execute(id, line)
      .catch((error: unknown) => {
        deps.failed(error)
        refuse(
          id,
          error instanceof Error && 'code' in error ? error.message : 'The hub could not run it; its log says why.',
        )
      })
      .finally(() => {
        current = null
        idle.refresh()
      })
  }

  const idle = setTimeout(() => {
    if (current === null) close(PROMPT_CLOSED.idle, `Nothing was asked for ${Math.round(deps.idleMs / 60_000)} min.`)
  }, deps.idleMs)
  let alive = true
  const ping = setInterval(() => {
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
  }, PING_MS)
  socket.on('pong', () => {
    alive = true
  })
  socket.on('error', () => {}) // Its close says enough.
  socket.on('message', (data, isBinary) => {
    if (because !== undefined) return
    const request = readPromptRequest(data, isBinary)
    if (request === null) return close(PROMPT_CLOSED.broken, 'A message is none of the protocol.')
    idle.refresh()
    take(request)
  })
  const onAbort = () => {
    const { code, message } = signal.reason as { code: number; message: string }
    close(code, message)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  await new Promise(resolve => socket.once('close', resolve))
  signal.removeEventListener('abort', onAbort)
  clearTimeout(idle)
  clearInterval(ping)
  ;(current as { running: Running | null } | null)?.running?.end(because ?? 'The prompt was closed.')
  await answered
  await recording.end(because)
  return because
}
