import type { Receipt } from '@moorage/contract/cluster.ts'
import { Button, ModalBody, ModalFooter } from '@patternfly/react-core'
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/copy-icon'
import { useState } from 'react'
import { ReceiptDetails } from './receipt-details.tsx'
import { receiptText } from './receipt-text.ts'

/** The receipt, to keep. */
export function ReceiptStep({ receipt, onClose }: { receipt: Receipt; onClose: () => void }) {
  const [copied, setCopied] = useState(false)
  return (
    <>
      <ModalBody id="disconnect-body" className="disconnect" aria-live="polite">
        <ReceiptDetails receipt={receipt} />
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>Back to the fleet</Button>
        <Button
          variant="link"
          icon={<CopyIcon />}
          onClick={() => {
            void navigator.clipboard.writeText(receiptText(receipt)).then(() => setCopied(true))
          }}
        >
          {copied ? 'Copied' : 'Copy the receipt'}
        </Button>
      </ModalFooter>
    </>
  )
}
