import { PROMPT_CLOSED } from '@moorage/contract/terminal.ts'
import { type Trouble, troubleOf } from '../api/problem.ts'

/** Why a prompt is closed: by a code, or because the hub refuses it, which browsers are not told by the WebSocket. */
export type PromptClosed = { kind: 'code'; code: number; reason: string } | { kind: 'refused'; error: unknown }

const titles: Readonly<Record<number, string>> = {
  [PROMPT_CLOSED.cut]: 'The prompt was cut',
  [PROMPT_CLOSED.idle]: 'The prompt was closed, as nothing was run for a while',
  [PROMPT_CLOSED.broken]: 'The hub did not understand the page',
}

/** It in words; `bad` where something went wrong. */
export function closedWords(closed: PromptClosed): Pick<Trouble, 'title' | 'detail' | 'fix'> & { bad: boolean } {
  if (closed.kind === 'refused') return { ...troubleOf(closed.error), bad: true }
  const title = titles[closed.code] ?? 'The connection to the prompt is lost'
  return { title, detail: closed.reason, fix: null, bad: closed.code !== PROMPT_CLOSED.idle }
}
