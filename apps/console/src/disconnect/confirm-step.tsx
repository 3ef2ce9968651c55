import type { DisconnectPreview } from '@moorage/contract/cluster.ts'
import { Alert, Button, Checkbox, FormGroup, ModalBody, ModalFooter, TextInput } from '@patternfly/react-core'
import { useState } from 'react'
import { plural } from '../format/quantity.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { ObjectList } from './object-list.tsx'
import { Sentences } from './sentences.tsx'

interface ConfirmStepProps {
  preview: DisconnectPreview
  name: string
  error: unknown
  pending: boolean
  onConfirm: (force: boolean) => void
  onCancel: () => void
}

/** What will happen, and the name typed as the word to go. */
export function ConfirmStep({ preview, name, error, pending, onConfirm, onCancel }: ConfirmStepProps) {
  const [typed, setTyped] = useState('')
  const [force, setForce] = useState(false)
  const needsForce = !preview.reachable && preview.removes.length > 0
  const ready = typed === name && (!needsForce || force) && !pending
  return (
    <>
      <ModalBody id="disconnect-body" className="disconnect">
        {error !== null && <TroubleAlert error={error} />}
        {!preview.reachable && (
          <Alert isInline component="h2" variant="warning" title="The cluster does not answer now">
            {needsForce
              ? `${plural(preview.removes.length, 'object')} of Moorage can not be removed from it. You can let it go nevertheless: the receipt says what is left.`
              : 'That does not matter here: nothing has to be removed from it.'}
          </Alert>
        )}
        <section>
          <h2>Will be removed from the cluster</h2>
          {preview.removes.length === 0 ? (
            <p>Nothing: Moorage put nothing into it.</p>
          ) : (
            <ObjectList objects={preview.removes} />
          )}
        </section>
        <Sentences title="Will be forgotten by the hub" sentences={preview.forgets} />
        <Sentences title="Stays as it is" sentences={preview.keeps} />
        {needsForce && (
          <Checkbox
            id="disconnect-force"
            label="Let it go without removing these objects"
            isChecked={force}
            onChange={(_event, checked) => setForce(checked)}
          />
        )}
        <FormGroup fieldId="disconnect-name" label={<>Type {name} to confirm</>}>
          <TextInput
            id="disconnect-name"
            value={typed}
            onChange={(_event, value) => setTyped(value.trim())}
            autoComplete="off"
            spellCheck={false}
            autoFocus
            onKeyDown={event => {
              if (event.key === 'Enter' && ready) onConfirm(force)
            }}
          />
        </FormGroup>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isDisabled={!ready} isLoading={pending} onClick={() => onConfirm(force)}>
          {pending ? 'Disconnecting' : 'Disconnect'}
        </Button>
        <Button variant="link" onClick={onCancel} isDisabled={pending}>
          Cancel
        </Button>
      </ModalFooter>
    </>
  )
}
