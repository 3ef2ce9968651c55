import { PROMPT_CLOSED } from '@moorage/contract/terminal.ts'

/** Why the hub closes a prompt: the code and the words that its client is told. */
export class Closing extends Error {
  override readonly name = 'Closing'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Of WebSockets themselves: the server goes away. */
const GOING_AWAY = 1001

export const cut = (why = 'The right to it was taken back.'): Closing => new Closing(PROMPT_CLOSED.cut, why)
export const stopping = (): Closing => new Closing(GOING_AWAY, 'The hub is stopping.')
