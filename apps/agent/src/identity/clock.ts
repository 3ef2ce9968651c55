/** The hub's time, as far as it is known: the machine's own until the hub has said that it is off. */
export interface HubClock {
  now(): Date
  /** Goes by the time that the hub has said just now. */
  correct(hubTime: Date): void
  /** ms by which the hub's clock is ahead of this machine's. */
  offsetMs(): number
}

export function hubClock(now: () => Date): HubClock {
  let offset = 0
  return {
    now: () => new Date(now().getTime() + offset),
    correct: hubTime => {
      offset = hubTime.getTime() - now().getTime()
    },
    offsetMs: () => offset,
  }
}
