import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { body } from './audit/body.ts'
import { exportAudit } from './audit/export.ts'
import { forward } from './audit/forward.ts'
import { head } from './audit/head.ts'
import { list } from './audit/list.ts'
import { play } from './audit/play.ts'
import { sessions } from './audit/sessions.ts'
import { verify } from './audit/verify.ts'

/** `moorage audit` */
export const audit = (io: Io) => {
  const commands = group(
    'audit',
    {
      summary: 'Who did what, here and in the clusters; and whether the log of it is whole',
      description: 'Lines are chained by hashes and signed, so that none can be changed or taken out unnoticed.',
      examples: [
        { does: 'The last hundred lines', run: 'moorage audit list' },
        { does: 'Recorded sessions in pods', run: 'moorage audit sessions' },
        { does: 'To a SIEM as it is written', run: 'moorage audit forward add siem --to syslog+tls://logs:6514' },
        { does: 'Is the log whole?', run: 'moorage audit verify' },
      ],
    },
    [sessions(io), play(io), verify(io), head(io), exportAudit(io), forward(io), body(io)],
  )
  // "moorage audit" alone lists.
  return commands.addCommand(list(io), { isDefault: true })
}
