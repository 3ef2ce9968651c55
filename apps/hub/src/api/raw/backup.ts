import { addAbortSignal } from 'node:stream'
import { MoorageError } from '../../errors.ts'
import { writeBackup } from '../../store/backup.ts'
import { audited } from '../audited.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { BACKUP_STALL_MS } from '../limits.ts'
import { admitRaw } from './admit-raw.ts'

/**
 * A consistent copy of everything in the hub's store, streamed as it is
 * written. Its trailer tells a whole file from one that was cut: as it is where
 * the credential is revoked meanwhile, or the client no longer takes anything.
 */
export async function backup(deps: ApiDeps, exchange: Exchange): Promise<void> {
  const { decision, authenticated, detail } = await admitRaw(deps, exchange, 'raw.backup')
  if (authenticated === null) throw new MoorageError('unauthenticated', 'The request carries no credential.')
  const note = { clusterId: null, target: 'backups', who: authenticated.identity }
  await audited(
    deps,
    exchange,
    { action: 'raw.backup', because: decision.because, note, successStatus: 200, detail },
    async () => {
      const { response } = exchange
      const now = deps.now()
      const day = now.toISOString().slice(0, 10)
      response.writeHead(200, {
        'content-type': 'application/gzip',
        'content-disposition': `attachment; filename="moorage-${day}.backup"`,
      })
      response.setTimeout(BACKUP_STALL_MS, () => response.destroy())
      const credential = deps.live.follow(authenticated)
      try {
        await writeBackup(deps.store, addAbortSignal(credential.signal, response), now)
      } finally {
        credential.done()
      }
    },
  )
}
