import type { KubectlPrompt } from '@moorage/contract/terminal.ts'
import { Alert, AlertActionLink, Button, Content, ExpandableSection } from '@patternfly/react-core'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { useTitle } from '../shell/use-title.ts'
import { LifeMark } from '../terminal/life-mark.tsx'
import { RecordedNotice } from '../terminal/recorded-notice.tsx'
import { closedWords } from './closed-words.ts'
import { PromptLine } from './prompt-line.tsx'
import { RunBlock } from './run-block.tsx'
import { usePrompt } from './use-prompt.ts'

/** px from the end within which one is taken to follow what comes. */
const AT_END = 40

/** Lines of kubectl, run in the name of who types them. */
export function Prompt({ cluster, takes }: { cluster: string; takes: KubectlPrompt }) {
  useTitle(`kubectl in ${cluster}`)
  const { state, scrollback, running, connect, run, cancel, clear } = usePrompt(cluster)
  const log = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const follows = useRef(true)
  const onScroll = () => {
    const box = log.current
    if (box !== null) follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is what is shown that may have grown
  useLayoutEffect(() => {
    if (log.current !== null && follows.current) log.current.scrollTop = log.current.scrollHeight
  }, [scrollback])
  useEffect(() => input.current?.focus(), [])
  const closed = state.is === 'closed' ? closedWords(state.why) : null
  return (
    <section className="terminal" aria-labelledby="prompt-title">
      <div className="terminal__head">
        <Content component="h2" id="prompt-title">
          kubectl prompt
        </Content>
        <LifeMark life={state.is} />
      </div>
      <RecordedNotice policy={takes.recording} what="What you run here" />
      {closed !== null && (
        <Alert
          variant={closed.bad ? 'danger' : 'info'}
          isInline
          component="h3"
          role={closed.bad ? 'alert' : 'status'}
          title={closed.title}
          actionLinks={<AlertActionLink onClick={connect}>Reconnect</AlertActionLink>}
        >
          {closed.detail !== '' && <Content component="p">{closed.detail}</Content>}
          {closed.fix !== null && <Content component="p">{closed.fix}</Content>}
        </Alert>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <div className="prompt__log" role="log" aria-label="Output" tabIndex={0} ref={log} onScroll={onScroll}>
        {scrollback.length === 0 && <p className="quiet">What you run, and what comes of it, is shown here.</p>}
        {scrollback.map(each => (
          <RunBlock key={each.id} run={each} />
        ))}
      </div>
      <PromptLine
        input={input}
        cluster={cluster}
        isRunning={running !== null}
        onRun={line => {
          follows.current = true
          run(line)
        }}
        onCancel={cancel}
        onClear={clear}
      />
      <div className="prompt__foot">
        <Content component="p" id="prompt-keys" className="quiet">
          <kbd>↑</kbd> and <kbd>↓</kbd> go through what you ran in this tab, <kbd>Ctrl</kbd>+<kbd>C</kbd> cancels.
        </Content>
        <Button variant="link" isInline onClick={clear} isDisabled={scrollback.every(({ end }) => end === null)}>
          Clear
        </Button>
      </div>
      <ExpandableSection toggleText="What it runs">
        <Content component="p">
          It runs as you, by your own rights in this cluster, without a shell: no pipes, no files of your computer.
        </Content>
        <ul className="prompt__commands">
          {takes.commands.map(({ name }) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
        </ul>
      </ExpandableSection>
    </section>
  )
}
