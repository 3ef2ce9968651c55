import { writeBackup } from '../../store/backup.ts'
import { audited } from '../audited.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { admitRaw } from './admit-raw.ts'

/**
 * A consistent copy of everything in the hub's store, streamed as it is
 * written. Its trailer tells a whole file from one that was cut.
 */
export async function backup(deps: ApiDeps, exchange: Exchange): Promise<void> {
  const { decision, authenticated } = await admitRaw(deps, exchange, 'raw.backup')
  const note = { clusterId: null, target: 'backups', who: authenticated?.identity ?? null }
  await audited(
    deps,
    exchange,
    { action: 'raw.backup', because: decision.because, note, successStatus: 200 },
    async () => {
      const now = deps.now()
      const day = now.toISOString().slice(0, 10)
      exchange.response.writeHead(200, {
        'content-type': 'application/gzip',
        'content-disposition': `attachment; filename="moorage-${day}.backup"`,
      })
      await writeBackup(deps.store, exchange.response, now)
    },
  )
}
