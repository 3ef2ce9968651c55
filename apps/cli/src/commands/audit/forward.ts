import { group } from '../../define.ts'
import type { Io } from '../../io.ts'
import { add } from './forward/add.ts'
import { disable, enable } from './forward/change.ts'
import { list } from './forward/list.ts'
import { remove } from './forward/remove.ts'
import { test } from './forward/try.ts'

/** `moorage audit forward` */
export const forward = (io: Io) =>
  group(
    'forward',
    {
      summary: 'Send the audit log elsewhere as it is written: to syslog, a webhook or an OpenTelemetry collector',
      examples: [
        { does: 'To a SIEM', run: 'moorage audit forward add siem --to syslog+tls://logs.example.org:6514' },
        { does: 'Does it all arrive?', run: 'moorage audit forward list' },
      ],
    },
    [list(io), add(io), test(io), disable(io), enable(io), remove(io)],
  )
