import { placeOf } from '@moorage/kube/place.ts'
import type { ProxySettings } from '../config/config.ts'
import { isDirect } from '../config/no-proxy.ts'

/** The proxy that a hub is dialled through; null where it is dialled directly. */
export function proxyFor(hub: URL, proxy: ProxySettings): URL | null {
  const url = hub.protocol === 'https:' ? proxy.https : proxy.http
  if (url === null) return null
  const { host, port } = placeOf(hub)
  return isDirect(proxy.no, host, port) ? null : url
}
