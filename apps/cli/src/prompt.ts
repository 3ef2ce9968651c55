import { cancelled } from './failure.ts'
import { canAsk, type Io } from './io.ts'

/** Asks a yes-or-no question; the answer that changes nothing is the default. `fix` says how to go without asking. */
export async function confirmOrCancel(io: Io, question: string, fix: string): Promise<void> {
  if (!canAsk(io))
    throw cancelled('This has to be confirmed, and there is no terminal to ask on; nothing was changed.', fix)
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: question, initialValue: false, ...streams(io) })
  if (isCancel(answer) || !answer) throw cancelled()
}

/** Asks for a secret without showing it. */
export async function askSecret(io: Io, question: string): Promise<string> {
  const { password, isCancel } = await import('@clack/prompts')
  const answer = await password({ message: question, ...streams(io) })
  if (isCancel(answer) || answer === undefined || answer.trim() === '') throw cancelled()
  return answer.trim()
}

const streams = (io: Io) => ({ input: io.stdin, output: io.stderr, signal: io.signal })
