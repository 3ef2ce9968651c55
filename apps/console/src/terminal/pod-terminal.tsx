import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import { Alert, Button, Content } from '@patternfly/react-core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
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
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const { life, open, end, screen } = usePodTerminal(box, () => button.current?.focus())
  const busy = life.is === 'opening' || life.is === 'open'
  const ended = life.is === 'ended' ? endingWords(life.how) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) open(cluster, { namespace, pod, ...(chosen !== '' && { container: chosen }) })
  }
  // The shell has the keys while it runs; when it has ended, the way to another one is next.
  useEffect(() => {
    if (life.is === 'ended') button.current?.focus()
  }, [life.is])
  const copy = () => void navigator.clipboard.writeText(screen.current?.text() ?? '')
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
        {busy ? (
          <Button ref={button} key="end" variant="secondary" isDanger onClick={end}>
            End the session
          </Button>
        ) : (
          <Button ref={button} key="open" type="submit">
            {life.is === 'ended' ? 'Open it again' : 'Open the terminal'}
          </Button>
        )}
        <Button variant="link" onClick={copy}>
          Copy the text
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
