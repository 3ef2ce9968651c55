import { PROMPT_PROTOCOL, PromptMessage, type PromptRequest } from '@moorage/contract/terminal.ts'

interface PromptListener {
  opened(): void
  heard(message: PromptMessage): void
  /** Once, last of all. */
  closed(code: number, reason: string): void
}

/** A connection to a prompt. */
export interface PromptSocket extends Disposable {
  say(request: PromptRequest): void
}

/** Opens a prompt at an address. Disposed of, it says no more. */
export function openPrompt(url: URL, listener: PromptListener): PromptSocket {
  const socket = new WebSocket(url, PROMPT_PROTOCOL)
  let over = false
  socket.addEventListener('open', () => {
    if (!over) listener.opened()
  })
  socket.addEventListener('message', ({ data }) => {
    const message = over ? null : readMessage(data)
    if (message !== null) listener.heard(message)
  })
  socket.addEventListener('close', ({ code, reason }) => {
    if (!over) listener.closed(code, reason)
    over = true
  })
  return {
    say: request => socket.send(JSON.stringify(request)),
    [Symbol.dispose]() {
      over = true
      socket.close()
    },
  }
}

/** What is not understood is passed over: a newer hub may say more. */
function readMessage(data: unknown): PromptMessage | null {
  try {
    return PromptMessage.safeParse(JSON.parse(String(data))).data ?? null
  } catch {
    return null
  }
}
