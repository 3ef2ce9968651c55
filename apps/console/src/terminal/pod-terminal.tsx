import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import { MAX_PROMPT_LINE } from '@moorage/contract/terminal.ts'
import { Alert, Button, Content, FormGroup, TextInput } from '@patternfly/react-core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useCopied } from '../shell/use-copied.ts'
import { useTitle } from '../shell/use-title.ts'
import { ContainerField } from './container-field.tsx'
import { endingWords } from './ending.ts'
import { LifeMark } from './life-mark.tsx'
import { RecordedNotice } from './recorded-notice.tsx'
import { usePodTerminal } from './use-pod-terminal.ts'

interface PodTerminalProps {
  cluster: string
  namespace: string
  pod: string
  container: string | undefined
  recording: RecordingPolicy
}

/** A shell in a pod: choose the container, open it, type. It is opened again only by hand. */
export function PodTerminal({ cluster, namespace, pod, container, recording }: PodTerminalProps) {
  useTitle(`Terminal in ${pod}`)
  const [chosen, setChosen] = useState(container ?? '')
  const [command, setCommand] = useState('')
  const [copied, copy] = useCopied()
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const { life, open, end, screen } = usePodTerminal(box, () => button.current?.focus())
  const busy = life.is === 'opening' || life.is === 'open'
  const ended = life.is === 'ended' ? endingWords(life.how) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const words = command.trim()
    open(cluster, {
      namespace,
      pod,
      ...(chosen !== '' && { container: chosen }),
      ...(words !== '' && { command: words }),
    })
  }
  // The shell has the keys while it runs; when it has ended, the way to another one is next.
  useEffect(() => {
    if (life.is === 'ended') button.current?.focus()
  }, [life.is])
  return (
    <section className="terminal" aria-labelledby="terminal-title">
      <div className="terminal__head">
        <Content component="h2" id="terminal-title" className="breakable">
          Terminal in {namespace}/{pod}
        </Content>
        <LifeMark life={life.is} />
      </div>
      {life.is !== 'open' && <RecordedNotice policy={recording} what="This session" />}
      <form className="terminal__bar" onSubmit={submit}>
        <ContainerField
          cluster={cluster}
          namespace={namespace}
          pod={pod}
          chosen={chosen}
          onChoose={setChosen}
          disabled={busy}
        />
        <FormGroup label="Command" fieldId="command">
          <TextInput
            id="command"
            value={command}
            onChange={(_event, text) => setCommand(text)}
            placeholder="bash, else sh"
            maxLength={MAX_PROMPT_LINE}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            isDisabled={busy}
          />
        </FormGroup>
        {busy ? (
          <Button ref={button} key="end" variant="secondary" isDanger onClick={end}>
            End the session
          </Button>
        ) : (
          <Button ref={button} key="open" type="submit">
            {life.is === 'ended' ? 'Open it again' : 'Open the terminal'}
          </Button>
        )}
        <Button variant="link" onClick={() => copy(screen.current?.text() ?? '')}>
          {copied ? 'Copied' : 'Copy the text'}
        </Button>
      </form>
      {ended !== null && (
        <Alert
          variant={ended.bad ? 'danger' : 'info'}
          isInline
          component="h3"
          role={ended.bad ? 'alert' : 'status'}
          title={ended.title}
        >
          {ended.detail !== '' && <Content component="p">{ended.detail}</Content>}
          {ended.fix !== null && <Content component="p">{ended.fix}</Content>}
        </Alert>
      )}
      <div className="terminal__screen" ref={box} />
      <Content component="p" className="quiet">
        Tab belongs to the shell: <kbd>Ctrl</kbd>+<kbd>Shift</kbd>+<kbd>Space</kbd> leaves the terminal.
      </Content>
    </section>
  )
}
