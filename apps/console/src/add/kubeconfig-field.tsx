import { Button, TextArea } from '@patternfly/react-core'
import { type ChangeEvent, useRef, useState } from 'react'
import { Field } from './field.tsx'

/** Bytes; what the API takes. */
const MOST = 1_048_576

interface KubeconfigFieldProps {
  text: string
  error?: string | undefined
  onChange: (text: string) => void
}

/** A kubeconfig, pasted or out of a file. The file is read here, and nothing but its text is kept. */
export function KubeconfigField({ text, error, onChange }: KubeconfigFieldProps) {
  const chooser = useRef<HTMLInputElement>(null)
  const [unread, setUnread] = useState<string>()
  const take = (next: string) => {
    setUnread(undefined)
    onChange(next)
  }
  const read = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0]
    // The same file can be chosen again after it was changed.
    target.value = ''
    if (file === undefined) return
    if (file.size > MOST) return setUnread(`${file.name} has more than 1 MiB, so it is hardly a kubeconfig.`)
    await file.text().then(take, () => setUnread(`${file.name} could not be read.`))
  }
  return (
    <Field
      path="kubeconfig"
      label="Kubeconfig"
      isRequired
      hint="With a token or client certificate in it. It goes to the hub, which keeps the credential sealed, and stays nowhere here."
      error={unread ?? error}
    >
      {control => (
        <>
          <TextArea
            {...control}
            rows={8}
            resizeOrientation="vertical"
            className="code-text"
            placeholder={'apiVersion: v1\nkind: Config\n…'}
            value={text}
            onChange={(_event, next) => take(next)}
            autoComplete="off"
            spellCheck={false}
            isRequired
          />
          <div className="add__file">
            <Button variant="secondary" size="sm" onClick={() => chooser.current?.click()}>
              Choose a file
            </Button>
            <input ref={chooser} type="file" hidden aria-label="File with the kubeconfig" onChange={read} />
            {text !== '' && (
              <Button variant="link" size="sm" onClick={() => take('')}>
                Clear
              </Button>
            )}
          </div>
        </>
      )}
    </Field>
  )
}
