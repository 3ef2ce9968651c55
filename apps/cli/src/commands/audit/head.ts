import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { printData } from '../../print/output.ts'

/** `moorage audit head` */
export const head = (io: Io) =>
  define('head', {
    summary: 'Print the newest line’s hash, signed by the hub',
    description:
      'Keep it where nobody reaches it who could change the hub’s database. "moorage audit verify --head FILE" then shows whether anything before it was changed or cut off.',
    examples: [{ does: 'Keep it', run: 'moorage audit head > head.json' }],
  }).action(async (_options, command) => {
    await using hub = await openHub(io, command)
    printData(io, 'json', await hub.api.audit.head(undefined, { signal: io.signal }))
  })
