import { type Trouble, troubleOf } from '../api/problem.ts'
import type { SessionEnd } from './channels.ts'

/** How a session in a pod ended, or why it did not begin. */
export type Ending =
  | SessionEnd
  /** The hub does not allow it, or no more. `cut`: it had begun. */
  | { kind: 'refused'; error: unknown; cut: boolean }
  | { kind: 'gone' }
  | { kind: 'lost'; wasOpen: boolean; idleMs: number }

/** ms of silence after which it is likely to be the reason. */
const LONG_IDLE = 10 * 60_000

/** An ending in words; `bad` where something went wrong. */
export type EndingWords = Pick<Trouble, 'title' | 'detail' | 'fix'> & { bad: boolean }

export function endingWords(ending: Ending): EndingWords {
  switch (ending.kind) {
    case 'exited':
      return {
        title: ending.code === 0 ? 'The session has ended' : `The session has ended with exit code ${ending.code}`,
        detail: '',
        fix: null,
        bad: false,
      }
    case 'failed':
      return { title: 'The cluster could not run it', detail: ending.message, fix: null, bad: true }
    case 'gone':
      return { title: 'The pod is gone', detail: 'The cluster has no pod of this name any more.', fix: null, bad: true }
    case 'refused': {
      const { title, detail, fix } = troubleOf(ending.error)
      return { title: ending.cut ? `The session was cut: ${title}` : title, detail, fix, bad: true }
    }
    case 'lost':
      if (ending.wasOpen && ending.idleMs >= LONG_IDLE)
        return {
          title: 'The session has ended after a long silence',
          detail: `Nothing had passed for ${Math.floor(ending.idleMs / 60_000)} minutes: the hub ends terminals that lie idle.`,
          fix: null,
          bad: false,
        }
      return {
        title: ending.wasOpen ? 'The connection is lost' : 'The terminal could not be opened',
        detail: ending.wasOpen
          ? 'What ran in the terminal may have ended with it.'
          : 'The cluster, its node or the container did not let it begin, and browsers are not told why.',
        fix: ending.wasOpen
          ? null
          : 'Look whether the container runs and has a shell, or try kubectl exec, which shows the reason.',
        bad: true,
      }
    default:
      return ending satisfies never
  }
}
