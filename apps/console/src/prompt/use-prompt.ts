import { kubectlPromptPath } from '@moorage/contract/terminal.ts'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { socketUrl } from '../terminal/socket-url.ts'
import type { PromptClosed } from './closed-words.ts'
import { openPrompt, type PromptSocket } from './prompt-socket.ts'
import { begin, hear, lose, running, type Scrollback } from './scrollback.ts'

/** Where the connection stands. */
export type PromptState = { is: 'opening' } | { is: 'open' } | { is: 'closed'; why: PromptClosed }

/** The code of a connection that ended without a word. */
const ABNORMAL = 1006

/** A prompt of a cluster. It opens with the page, and again when a line is run or one asks for it. */
export function usePrompt(cluster: string) {
  const hub = useHub()
  const [state, setState] = useState<PromptState>({ is: 'opening' })
  const [scrollback, setScrollback] = useState<Scrollback>([])
  const socket = useRef<PromptSocket | null>(null)
  const runs = useRef(0)

  const connect = useCallback(
    (then?: (opened: PromptSocket) => void) => {
      socket.current?.[Symbol.dispose]()
      setState({ is: 'opening' })
      const mine = openPrompt(socketUrl(kubectlPromptPath(cluster)), {
        opened() {
          setState({ is: 'open' })
          then?.(mine)
        },
        heard: message => setScrollback(now => hear(now, message)),
        async closed(code, reason) {
          setScrollback(lose)
          const refusal = code === ABNORMAL ? await refusalOf(() => hub.terminals.kubectl({ cluster })) : null
          if (socket.current !== mine) return
          setState({ is: 'closed', why: refusal ?? { kind: 'code', code, reason } })
        },
      })
      socket.current = mine
    },
    [cluster, hub],
  )
  useEffect(() => {
    connect()
    return () => {
      socket.current?.[Symbol.dispose]()
      socket.current = null
    }
  }, [connect])

  const current = running(scrollback)
  return {
    state,
    scrollback,
    running: current,
    connect: () => connect(),
    run(line: string) {
      runs.current += 1
      const id = String(runs.current)
      setScrollback(now => begin(now, id, line))
      const say = (to: PromptSocket | null) => to?.say({ type: 'run', id, line })
      if (state.is === 'open') say(socket.current)
      else connect(say)
    },
    cancel() {
      if (current !== null && state.is === 'open') socket.current?.say({ type: 'cancel', id: current.id })
    },
    clear: () => setScrollback(now => now.filter(({ end }) => end === null)),
  }
}

async function refusalOf(ask: () => Promise<unknown>): Promise<PromptClosed | null> {
  try {
    await ask()
    return null
  } catch (error) {
    return { kind: 'refused', error }
  }
}
