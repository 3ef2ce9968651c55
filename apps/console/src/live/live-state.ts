/** How the page stands with the hub's stream of changes. Times are ms since 1970. */
export type LiveState =
  | { state: 'connecting' }
  | { state: 'live'; since: number }
  | { state: 'lost'; since: number; lastLive: number | null }

/** The state after the stream came up. */
export const wentLive = (now: number): LiveState => ({ state: 'live', since: now })

/** The state after the stream was lost, or did not come up; the first loss counts, not the last attempt. */
export function wentLost(before: LiveState, now: number): LiveState {
  switch (before.state) {
    case 'connecting':
      return { state: 'lost', since: now, lastLive: null }
    case 'live':
      return { state: 'lost', since: now, lastLive: now }
    case 'lost':
      return before
    default:
      return before satisfies never
  }
}
