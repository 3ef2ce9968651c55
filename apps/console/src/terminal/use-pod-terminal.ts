import type { MoorageClient } from '@moorage/client/client.ts'
import { type OpenPodTerminal, podTerminalPath } from '@moorage/contract/terminal.ts'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { useTheme } from '../theme/theme-provider.tsx'
import type { Ending } from './ending.ts'
import { openPodSession, type PodSession, type Silent } from './pod-session.ts'
import { isPodGone, readContainers } from './read-pod.ts'
import { openScreen, type Screen } from './screen.ts'
import { socketUrl } from './socket-url.ts'

/** Where a session stands. */
export type Life = { is: 'closed' } | { is: 'opening' } | { is: 'open' } | { is: 'ended'; how: Ending }

/** ms for asking why a session ended. */
const WHY_WITHIN = 10_000

/** A terminal in `box`, and a session in it at a time: begun, and begun again, only when one asks for it. */
export function usePodTerminal(box: RefObject<HTMLElement | null>, leave: () => void) {
  const hub = useHub()
  const { dark } = useTheme()
  const [life, setLife] = useState<Life>({ is: 'closed' })
  const screen = useRef<Screen | null>(null)
  const session = useRef<PodSession | null>(null)
  const left = useRef(leave)
  left.current = leave

  useEffect(() => {
    if (box.current === null) return
    const opened = openScreen(box.current, {
      type: bytes => session.current?.type(bytes),
      resize: (columns, rows) => session.current?.resize(columns, rows),
      leave: () => left.current(),
    })
    screen.current = opened
    return () => {
      session.current?.[Symbol.dispose]()
      session.current = null
      screen.current = null
      opened[Symbol.dispose]()
    }
  }, [box])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of theme is another set of colours
  useEffect(() => screen.current?.recolour(), [dark])

  const open = useCallback(
    (cluster: string, target: OpenPodTerminal) => {
      const shown = screen.current
      if (shown === null) return
      session.current?.[Symbol.dispose]()
      shown.clear()
      setLife({ is: 'opening' })
      const mine = openPodSession(socketUrl(podTerminalPath(cluster, target)), {
        opened() {
          setLife({ is: 'open' })
          shown.takeKeys(true)
          mine.resize(shown.size.columns, shown.size.rows)
        },
        output: bytes => shown.write(bytes),
        async ended(end) {
          shown.takeKeys(false)
          const how = end.kind === 'silent' ? await whyEnded(hub, cluster, target, end) : end
          if (session.current === mine) setLife({ is: 'ended', how })
        },
      })
      session.current = mine
    },
    [hub],
  )
  const end = useCallback(() => {
    session.current?.[Symbol.dispose]()
    session.current = null
    screen.current?.takeKeys(false)
    setLife({ is: 'closed' })
  }, [])
  return { life, open, end, screen }
}

/** Browsers are not told why a WebSocket is refused, or cut: what the hub and the cluster say now is the reason. */
async function whyEnded(hub: MoorageClient, cluster: string, target: OpenPodTerminal, silent: Silent): Promise<Ending> {
  const signal = AbortSignal.timeout(WHY_WITHIN)
  try {
    await hub.terminals.pod({ cluster, ...target }, { signal })
  } catch (error) {
    return { kind: 'refused', error, cut: silent.wasOpen }
  }
  try {
    await readContainers({ cluster, ...target }, signal)
  } catch (error) {
    if (isPodGone(error)) return { kind: 'gone' }
  }
  return { ...silent, kind: 'lost' }
}
