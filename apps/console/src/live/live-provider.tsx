import { changes } from '@moorage/client/changes.ts'
import type { Change } from '@moorage/contract/hub.ts'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { isSignedOut } from '../api/problem.ts'
import { applyChanges } from './apply-changes.ts'
import { type LiveState, wentLive, wentLost } from './live-state.ts'

/** ms for which changes are gathered before pages follow: a busy fleet makes dozens a second. */
const GATHER = 400

const LiveContext = createContext<LiveState>({ state: 'connecting' })

/** Whether what is on show follows the hub. */
export const useLive = (): LiveState => use(LiveContext)

/** Follows the hub's changes for as long as somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const hub = useHub()
  const queries = useQueryClient()
  const [live, setLive] = useState<LiveState>({ state: 'connecting' })

  useEffect(() => {
    const stop = new AbortController()
    let gathered: Change[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let wasLive = false

    const flush = async () => {
      const batch = gathered
      gathered = []
      await applyChanges(batch, { hub, queries, signal: stop.signal })
      timer = gathered.length > 0 && !stop.signal.aborted ? setTimeout(flush, GATHER) : undefined
    }
    const run = async () => {
      const stream = changes(hub, {
        signal: stop.signal,
        connected: () => {
          setLive(wentLive(Date.now()))
          // What changed while nobody listened is not replayed.
          if (wasLive) void queries.invalidateQueries()
          wasLive = true
        },
        lost: () => {
          wasLive = true
          setLive(before => wentLost(before, Date.now()))
        },
      })
      for await (const change of stream) {
        gathered.push(change)
        timer ??= setTimeout(flush, GATHER)
      }
    }
    run().catch(error => {
      if (stop.signal.aborted) return
      if (isSignedOut(error)) queries.setQueryData(keys.whoami, null)
      else setLive(before => wentLost(before, Date.now()))
    })
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [hub, queries])

  return <LiveContext value={live}>{children}</LiveContext>
}
