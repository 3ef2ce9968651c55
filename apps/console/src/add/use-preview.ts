import type { PreviewImport } from '@moorage/contract/agent.ts'
import { Name } from '@moorage/contract/common.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'

/** ms without a key before the hub is asked about what was typed. */
const SETTLED = 300

/** A value once it has stopped changing. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

function usePreview(query: Partial<PreviewImport>, enabled: boolean) {
  const hub = useHub()
  return useQuery({
    queryKey: keys.importPreview(query),
    queryFn: ({ signal }) => hub.clusters.previewImport(query, { signal }),
    placeholderData: keepPreviousData,
    enabled,
  })
}

/** What an import of this kind would make, and the rights that it needs. */
export const useImportWords = (query: Partial<PreviewImport>) => usePreview(query, true)

/** Whether a name can be imported, as the hub sees it; nothing while it is still typed. */
export function useImportName(typed: string) {
  const name = useSettled(typed)
  const fits = Name.safeParse(name).success
  const { data, error, isPlaceholderData } = usePreview({ name }, fits && name === typed)
  const current = fits && name === typed && !isPlaceholderData
  return { error: current ? error : null, adopts: current && error === null && data?.adopts === true }
}
