import { define } from '../../define.ts'
import { type Io, note, say } from '../../io.ts'
import { storeOptions } from '../backup.ts'

/** `moorage admin rotate-key` */
export const rotateKey = (io: Io) =>
  storeOptions(
    define('rotate-key', {
      summary: 'Put a new sealing key in the place of the one in the data folder',
      description:
        'Stop the hub first, and take a backup. Every credential is sealed anew with the new key. The key before stays in DIR/keys under its id, ' +
        'as older backups and snapshots need it; remove it when none of them is wanted any more. ' +
        'Several hubs on one PostgreSQL need the same keys: copy the folder to all of them before they start. ' +
        'A key that comes from --sealing-key-file or --sealing-key-command is rotated where it comes from.',
      examples: [
        {
          does: 'With a backup first',
          run: 'moorage backup before.backup --data ./moorage-data && moorage admin rotate-key --data ./moorage-data',
        },
      ],
    }),
  ).action(async (flags: { data?: string; databaseUrl?: string }) => {
    const { rotateOffline } = await import('../../offline/rotate-offline.ts')
    const { before, after, sealedAnew, keysDir } = await rotateOffline(io, flags)
    note(io, `The key before stays as ${keysDir}/${before}.key, for backups that were made with it.`)
    say(io, `Credentials are sealed with key ${after} from now on; ${sealedAnew} of them were sealed anew.`)
  })
