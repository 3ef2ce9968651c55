import { MoorageError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { send } from '../send.ts'
import type { Site } from '../site.ts'

/** The hub's own CA, open to all: it is what people check before they trust anything else. Compare its fingerprint. */
export async function caCertificate(_deps: ApiDeps, exchange: Exchange, site: Site): Promise<void> {
  const pem = site.caPem()
  if (pem === null) {
    throw new MoorageError('not_found', 'This hub has no CA of its own: its certificate was given to it.')
  }
  send(exchange.response, 200, 'application/x-pem-file', pem, {
    'content-disposition': 'attachment; filename="moorage-ca.crt"',
  })
}
