import { useEffect, useState } from 'react'

/** ms for which a button says that it has copied. */
const SAY_COPIED = 2000

/** Whether something was copied just now, and the way to copy. */
export function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAY_COPIED)
    return () => clearTimeout(timer)
  }, [copied])
  return [copied, text => void navigator.clipboard.writeText(text).then(() => setCopied(true))]
}
