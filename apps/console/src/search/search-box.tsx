import { SearchInput } from '@patternfly/react-core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'

/** Searches the whole fleet from any page; "/" puts the cursor here. */
export function SearchBox() {
  const navigate = useNavigate()
  const shown = useSearch({ strict: false, select: search => ('find' in search ? String(search.find ?? '') : '') })
  const [text, setText] = useState(shown)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => setText(shown), [shown])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      input.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <search className="search-box" aria-label="The whole fleet">
      <SearchInput
        ref={input}
        aria-label="Search the whole fleet"
        placeholder="Search all clusters: kind:Pod status:Failed"
        value={text}
        onChange={(_event, value) => setText(value)}
        onClear={() => setText('')}
        onSearch={() => {
          if (text.trim() !== '') void navigate({ to: '/search', search: { find: text.trim() } })
        }}
        submitSearchButtonLabel="Search"
      />
    </search>
  )
}
