import { resolve } from 'node:path'
import { settings } from '@moorage/hub/config/settings.ts'
import type { Command } from 'commander'
import { checkWritable } from '../check-writable.ts'
import { define } from '../define.ts'
import { download } from '../hub/download.ts'
import { openHub } from '../hub/open.ts'
import { type Io, note } from '../io.ts'
import { saveBackup } from '../offline/save-backup.ts'
import { memory } from '../print/quantity.ts'
import { spin } from '../progress/spin.ts'
import { optionOf } from './server.ts'

interface Options {
  data?: string
  databaseUrl?: string
}

/** Which database, where it is not that of a running hub. */
export const storeOptions = (command: Command) => {
  for (const setting of settings)
    if (setting.name === 'data' || setting.name === 'databaseUrl') command.addOption(optionOf(setting))
  return command
}

/** `moorage backup` */
export const backup = (io: Io) =>
  storeOptions(
    define('backup', {
      summary: 'Write everything that the hub keeps into one file',
      description:
        'From the running hub that you are signed in to, while it goes on working; or, with --data or --database-url, straight from the database of a hub that is stopped. ' +
        'Credentials in the file stay sealed: keep the keys folder of the data directory too, and apart from it.',
      examples: [
        { does: 'From the running hub', run: 'moorage backup moorage.backup' },
        { does: 'From the data folder of a stopped one', run: 'moorage backup moorage.backup --data ./moorage-data' },
      ],
    }),
  )
    .argument('<file>', 'where the backup goes; - for standard output')
    .action(async (file: string, options: Options, command: Command) => {
      const out = file === '-' ? null : resolve(io.cwd, file)
      if (out !== null) await checkWritable(out)
      const offline = options.data !== undefined || options.databaseUrl !== undefined
      const bytes = await spin(io, 'Writing the backup', async ({ update }) => {
        const progress = (done: number) => update(`Writing the backup, ${memory(done)}`)
        if (offline) {
          const { backupOffline } = await import('../offline/backup-offline.ts')
          return backupOffline(io, options, out, progress)
        }
        await using hub = await openHub(io, command)
        return await saveBackup(io, await download(io, hub, '/api/v1/admin/backup'), out, progress)
      })
      note(io, `The backup is written${out === null ? '' : ` to ${out}`} (${memory(bytes)}).`)
    })
