import { UNATTENDED_HEADER } from '@moorage/contract/sign-in.ts'

/** ms without a touch after which nobody is taken to be at the page: it is read for a while, too. */
const AWAY_MS = 300_000
/** ms without a request after which whoever is at the page is told of to the hub: far below its idle limit. */
const SILENT_MS = 600_000

/** What a person does with a page. Pointers that pass over it are not among it: pages move below them by themselves. */
const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const

export interface AttendanceOptions {
  page: Pick<EventTarget, 'addEventListener'>
  /** In ms. */
  clock: () => number
  /** Asks the hub for something small, as somebody is there and the page had nothing to ask for. */
  tell: () => void
}

/**
 * Knows whether somebody is at the page. What a page that is left open asks by itself says so, or no session of a
 * browser would ever be idle; whoever only reads and scrolls in what comes by itself is not idle either.
 */
export function followAttendance({ page, clock, tell }: AttendanceOptions): { mark(request: Request): Request } {
  let touchedAt = clock()
  let toldAt = clock()
  const touched = () => {
    touchedAt = clock()
    if (touchedAt - toldAt < SILENT_MS) return
    toldAt = touchedAt
    tell()
  }
  for (const touch of TOUCHES) page.addEventListener(touch, touched, { capture: true, passive: true })
  return {
    mark(request) {
      if (clock() - touchedAt < AWAY_MS) toldAt = clock()
      else request.headers.set(UNATTENDED_HEADER, '1')
      return request
    },
  }
}
