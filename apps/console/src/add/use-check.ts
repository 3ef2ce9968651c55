import type { CheckStep, ConnectCluster, Connected } from '@moorage/contract/cluster.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'

/** A check of a kubeconfig, as far as it has come. */
export interface Check {
  state: 'running' | 'done' | 'failed'
  steps: readonly CheckStep[]
  result: Connected | null
  error: unknown
}

/**
 * Has the hub check a kubeconfig and, unless it is a dry run, connect the
 * cluster. Not a mutation of the query cache, which would keep the kubeconfig.
 */
export function useCheck() {
  const hub = useHub()
  const queries = useQueryClient()
  const [check, setCheck] = useState<Check | null>(null)
  const run = async (input: ConnectCluster): Promise<Check> => {
    let steps: readonly CheckStep[] = []
    const set = (rest: Omit<Check, 'steps'>) => {
      const now = { ...rest, steps }
      setCheck(now)
      return now
    }
    const onStep = (step: CheckStep) => {
      steps = [...steps, step]
      set({ state: 'running', result: null, error: null })
    }
    set({ state: 'running', result: null, error: null })
    try {
      const result = await hub.clusters.connect(input, { context: { onStep } })
      steps = result.steps
      if (result.cluster !== null) void queries.invalidateQueries({ queryKey: keys.fleet })
      return set({ state: 'done', result, error: null })
    } catch (error) {
      return set({ state: 'failed', result: null, error })
    }
  }
  return { check, run, forget: () => setCheck(null) }
}
