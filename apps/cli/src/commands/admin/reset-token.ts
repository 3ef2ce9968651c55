import { define } from '../../define.ts'
import { type Io, note, say } from '../../io.ts'
import { storeOptions } from '../backup.ts'

/** `moorage admin reset-token` */
export const resetToken = (io: Io) =>
  storeOptions(
    define('reset-token', {
      summary: 'Make a new admin token where the first one was lost',
      description:
        'Works on the database itself, so it needs no token; a hub with the embedded database has to be stopped first. ' +
        'The admin token before, its sessions and streams end; other tokens stay. It is a line in the audit log. ' +
        'Only the token goes to standard output, so that it can be piped on.',
      examples: [
        { does: 'Of a stopped hub', run: 'moorage admin reset-token --data ./moorage-data' },
        {
          does: 'Of hubs on PostgreSQL, which may run',
          run: 'moorage admin reset-token --database-url postgres://moorage@db/moorage > admin.token',
        },
      ],
    }),
  ).action(async (flags: { data?: string; databaseUrl?: string }) => {
    const { resetOffline } = await import('../../offline/reset-offline.ts')
    const { id, token } = await resetOffline(io, flags)
    note(io, `The admin token before is no longer valid. The new one (id ${id}) is shown only now:`)
    say(io, token)
  })
