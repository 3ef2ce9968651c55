/** What a command line says in the address of the page that it opens. */
export interface CommandLineSearch {
  port: number
  state: string
  challenge: string
  client: string
}

/** Reads it; nothing where it is not what a command line writes. */
export function readCommandLine(raw: Record<string, unknown>): Partial<CommandLineSearch> {
  const port = Number(raw.port)
  const state = String(raw.state ?? '')
  const challenge = String(raw.challenge ?? '')
  const good =
    Number.isInteger(port) &&
    port >= 1024 &&
    port <= 65_535 &&
    /^[A-Za-z0-9_-]{20,100}$/.test(state) &&
    /^[A-Za-z0-9_-]{43}$/.test(challenge)
  return good ? { port, state, challenge, client: String(raw.client ?? '').slice(0, 100) } : {}
}

/** Where the browser takes the answer: this machine itself, and nowhere else. */
export const answerUrl = (port: number, answer: Record<string, string>): string =>
  `http://127.0.0.1:${port}/?${new URLSearchParams(answer)}`
