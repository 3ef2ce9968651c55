import { Modal, ModalBody, ModalHeader, Skeleton } from '@patternfly/react-core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { ConfirmStep } from './confirm-step.tsx'
import { ReceiptStep } from './receipt-step.tsx'

interface DisconnectDialogProps {
  /** Name or id, as in the address. */
  cluster: string
  name: string
  onClose: () => void
}

/** Lets a cluster go: what will happen, the typed confirmation, the receipt. */
export function DisconnectDialog({ cluster, name, onClose }: DisconnectDialogProps) {
  const hub = useHub()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const preview = useQuery({
    queryKey: keys.disconnect(cluster),
    queryFn: ({ signal }) => hub.clusters.previewDisconnect({ cluster }, { signal }),
    staleTime: 0,
    gcTime: 0,
  })
  const disconnect = useMutation({
    mutationFn: (force: boolean) => hub.clusters.disconnect({ cluster, force }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.fleet })
      void queries.invalidateQueries({ queryKey: keys.receipts })
    },
  })
  const receipt = disconnect.data
  const close = () => {
    onClose()
    if (receipt) void navigate({ to: '/' })
  }
  return (
    <Modal
      isOpen
      variant="medium"
      onClose={close}
      aria-labelledby="disconnect-title"
      aria-describedby="disconnect-body"
    >
      <ModalHeader
        labelId="disconnect-title"
        title={receipt ? `${name} is disconnected` : `Disconnect ${name}?`}
        titleIconVariant={receipt ? 'success' : 'warning'}
        {...(!receipt && {
          description: 'Moorage forgets the cluster. The cluster itself and everything that runs in it lives on.',
        })}
      />
      {receipt ? (
        <ReceiptStep receipt={receipt} onClose={close} />
      ) : preview.data ? (
        <ConfirmStep
          preview={preview.data}
          name={name}
          error={disconnect.error}
          pending={disconnect.isPending}
          onConfirm={force => disconnect.mutate(force)}
          onCancel={close}
        />
      ) : (
        <ModalBody id="disconnect-body">
          {preview.isError ? (
            <TroubleAlert error={preview.error} retry={() => preview.refetch()} />
          ) : (
            <Skeleton height="10rem" screenreaderText="Finding out what will happen" />
          )}
        </ModalBody>
      )}
    </Modal>
  )
}
