import type { Sealer } from '../connections/sealing.ts'
import type { AuditForwardRow } from '../store/audit-forwards.ts'
import { type AddressCheck, type Delivery, DeliveryError, type Secrets, type Way } from './delivery.ts'
import type { Sender } from './otlp-logs.ts'
import { posts } from './post.ts'
import { syslogDatagrams, syslogStream } from './syslog.ts'
import { readTarget } from './target.ts'

export interface WayDeps {
  sealer: Sealer
  guard: AddressCheck
  sender: Sender
  now: () => Date
}

/** What the secrets of a target are sealed for: they open for this name at this host and no other. */
export const secretContext = (name: string, origin: string) => `audit-forward/${name}/${origin}`

export function openSecrets(sealer: Pick<Sealer, 'open'>, { name, url, sealed }: AuditForwardRow): Secrets {
  if (sealed === null) return { headers: {} }
  return JSON.parse(sealer.open(sealed, secretContext(name, readTarget(url).origin))) as Secrets
}

/** The way to a target, with its secrets in the open. */
export function wayTo({ sealer, guard, sender, now }: WayDeps, row: AuditForwardRow): Way {
  const { ca, clientCertificate } = row.options
  return {
    target: readTarget(row.url),
    secrets: openSecrets(sealer, row),
    ...(ca !== undefined && { ca }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    addresses: guard,
    sender,
    now,
  }
}

/** Opens it. `threwAway` hears of lines that a collector took and did not keep. */
export function openDelivery(way: Way, threwAway?: (lines: number) => void): Delivery {
  if (way.target.by === 'http') return posts(way, threwAway)
  return way.target.by === 'udp' ? syslogDatagrams(way) : syslogStream(way)
}

/** An error of sending in this one shape, whatever went wrong. */
export const asDeliveryError = (error: unknown): DeliveryError =>
  error instanceof DeliveryError ? error : new DeliveryError('It can not be sent there', { cause: error })
