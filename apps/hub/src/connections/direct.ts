import { directTransport } from '@moorage/kube/direct.ts'
import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { AddressGuard } from './guard.ts'
import { readOnlyTransport } from './read-only.ts'

/** The transport of a kubeconfig: it dials only what the guard lets it, and on a read-only cluster sends only reads. */
export function openDirect(
  target: DirectTarget,
  mode: 'read-only' | 'full',
  guard: Pick<AddressGuard, 'lookup'>,
): KubeTransport {
  const transport = directTransport(target, { lookup: guard.lookup })
  return mode === 'read-only' ? readOnlyTransport(transport) : transport
}
