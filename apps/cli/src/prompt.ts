import { cancelled } from './failure.ts'
import { canAsk, type Io } from './io.ts'

/** Refuses what has to be confirmed where nobody can be asked. `fix` says how to go without asking. */
export function requireAsking(io: Io, fix: string): void {
  if (!canAsk(io))
    throw cancelled('This has to be confirmed, and there is no terminal to ask on; nothing was changed.', fix)
}

/** Asks a yes-or-no question; the answer that changes nothing is the default. `no` is what is said to a no. */
export async function confirmOrCancel(io: Io, question: string, fix: string, no?: string): Promise<void> {
  requireAsking(io, fix)
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: question, initialValue: false, ...streams(io) })
  if (isCancel(answer) || !answer) throw cancelled(no)
}

/** Asks for what nobody is to see. `fix` says how to give it without being asked. */
export async function askSecret(io: Io, message: string, fix: string): Promise<string> {
  if (!canAsk(io)) throw cancelled('There is no terminal to ask on; nothing was changed.', fix)
  const { password, isCancel } = await import('@clack/prompts')
  const answer = await password({ message, ...streams(io) })
  if (isCancel(answer)) throw cancelled()
  return answer ?? ''
}

const streams = (io: Io) => ({ input: io.stdin, output: io.stderr, signal: io.signal })
