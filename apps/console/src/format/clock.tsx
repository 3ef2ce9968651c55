import { createContext, type ReactNode, use, useEffect, useState } from 'react'

/** ms between two looks at the clock: ages on show are at most this much behind. */
const TICK = 1000

const ClockContext = createContext(0)

/** One clock for the whole page. */
export function Clock({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK)
    return () => clearInterval(timer)
  }, [])
  return <ClockContext value={now}>{children}</ClockContext>
}

/** The time in ms since 1970; what shows it renders again as it ticks. */
export const useNow = (): number => use(ClockContext)
