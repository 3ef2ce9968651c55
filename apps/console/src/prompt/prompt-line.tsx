import { MAX_PROMPT_LINE } from '@moorage/contract/terminal.ts'
import { Button, TextInput } from '@patternfly/react-core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, type RefObject, useState } from 'react'
import { keys } from '../api/keys.ts'
import { type History, newer, noHistory, older, ran } from './history.ts'

interface PromptLineProps {
  input: RefObject<HTMLInputElement | null>
  cluster: string
  isRunning: boolean
  onRun: (line: string) => void
  onCancel: () => void
  onClear: () => void
}

/** The line that is written: Enter runs it, the arrows go through what was run before, Ctrl+C cancels. */
export function PromptLine({ input, cluster, isRunning, onRun, onCancel, onClear }: PromptLineProps) {
  const queries = useQueryClient()
  const [line, setLine] = useState('')
  // In memory alone and gone at sign-out: what is typed may be a secret.
  const history = () => queries.getQueryData<History>(keys.promptHistory(cluster)) ?? noHistory
  const keep = (next: History) => {
    queries.setQueryDefaults(keys.promptHistory(cluster), { gcTime: Number.POSITIVE_INFINITY })
    queries.setQueryData(keys.promptHistory(cluster), next)
  }
  const go = ([next, text]: [History, string]) => {
    keep(next)
    setLine(text)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const text = line.trim()
    if (isRunning || text === '') return
    keep(ran(history(), text))
    setLine('')
    onRun(text)
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const { selectionStart, selectionEnd } = event.currentTarget
    const selects = selectionStart !== selectionEnd || window.getSelection()?.isCollapsed === false
    const control = event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey
    if (event.key === 'ArrowUp') go(older(history(), line))
    else if (event.key === 'ArrowDown') go(newer(history(), line))
    else if (control && event.key === 'c' && !selects && isRunning) onCancel()
    else if (control && event.key === 'c' && !selects) setLine('')
    else if (control && event.key === 'l') onClear()
    else return
    event.preventDefault()
  }
  return (
    <form className="prompt__line" onSubmit={submit}>
      <label htmlFor="prompt-line">
        <code>kubectl</code>
      </label>
      <span className="prompt__input">
        <TextInput
          id="prompt-line"
          ref={input}
          value={line}
          onChange={(_event, text) => setLine(text)}
          onKeyDown={onKey}
          maxLength={MAX_PROMPT_LINE}
          placeholder={isRunning ? 'Ctrl+C cancels' : 'get pods --all-namespaces'}
          aria-describedby="prompt-keys"
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
        />
      </span>
      {isRunning ? (
        <Button variant="secondary" isDanger onClick={onCancel}>
          Cancel
        </Button>
      ) : (
        <Button type="submit">Run</Button>
      )}
    </form>
  )
}
