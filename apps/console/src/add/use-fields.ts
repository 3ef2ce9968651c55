import { useEffect, useState } from 'react'
import { idOf } from './field.tsx'
import type { FieldErrors } from './field-errors.ts'

/**
 * Which faults of a form are shown. Those of a field are from when it was
 * changed first, all of them from the first try to send it; what the API
 * refused stands until its field is changed.
 */
export function useFields(faults: FieldErrors) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<FieldErrors>({})
  const [first, setFirst] = useState<{ path: string } | null>(null)
  // Once the fields have been drawn: it may have been folded away before.
  useEffect(() => {
    if (first !== null) document.getElementById(idOf(first.path))?.focus()
  }, [first])
  const shown = Object.fromEntries(Object.entries(faults).filter(([path]) => tried || touched.has(path)))
  return {
    errors: { ...refused, ...shown },
    touch: (path: string) => {
      setTouched(before => new Set([...before, path]))
      setRefused(({ [path]: _, ...others }) => others)
    },
    /** Shows every fault, and puts the cursor where the first one is. */
    showAll: (more: FieldErrors) => {
      setTried(true)
      setRefused(more)
      const [path] = Object.keys({ ...faults, ...more })
      if (path !== undefined) setFirst({ path })
    },
  }
}
