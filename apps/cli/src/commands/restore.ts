import { settings } from '@moorage/hub/config/settings.ts'
import { define } from '../define.ts'
import { type Io, note, say } from '../io.ts'
import type { RestoreFlags } from '../offline/restore-offline.ts'
import { spin } from '../progress/spin.ts'
import { optionOf } from './server.ts'

const names = ['data', 'databaseUrl', 'sealingKeyFile', 'sealingKeyCommand']

/** `moorage restore` */
export const restore = (io: Io) => {
  const command = define('restore', {
    summary: 'Fill the database of a stopped hub from a backup',
    description:
      'All of the backup is restored or, if anything is wrong, nothing. A database that is not empty is left alone, unless --replace or --snapshot moves it aside. ' +
      'Put the keys folder of the old hub into the data folder first: without its keys neither the credentials of clusters can be opened nor what the hub signs with, and nothing is restored.',
    examples: [
      { does: 'Into a new data folder', run: 'moorage restore moorage.backup --data ./moorage-data' },
      {
        does: 'Into an empty PostgreSQL',
        run: 'moorage restore moorage.backup --database-url postgres://moorage@db/moorage',
      },
      {
        does: 'Go back to the newest copy that the hub made itself',
        run: 'moorage restore --data ./moorage-data --snapshot latest',
      },
    ],
  })
    .argument('[file]', 'the backup; - for standard input')
    .option('--snapshot <name>', 'instead of a file: one of the copies in the data folder, or latest')
    .option('--replace', 'move a database that is there aside')
    .option(
      '--allow-missing-keys',
      'restore although keys are missing; the clusters that need them must be connected again, and the hub signs with new keys',
    )
  for (const setting of settings) if (names.includes(setting.name)) command.addOption(optionOf(setting))
  return command.action(async (file: string | undefined, options: RestoreFlags) => {
    const { restoreOffline } = await import('../offline/restore-offline.ts')
    const done = await spin(io, 'Restoring', () => restoreOffline(io, file, options))
    if (done.movedAside !== null) note(io, `The database that was there is now in ${done.movedAside}.`)
    if (done.missingKeys.length > 0)
      note(
        io,
        `Keys are missing (${done.missingKeys.join(', ')}): connect the clusters again whose credentials need them. What the hub signed with them can not be checked any more.`,
      )
    say(io, `Restored ${done.rows} rows of ${done.header.at} into ${done.into}.`)
  })
}
