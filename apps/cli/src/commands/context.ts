import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { current } from './context/current.ts'
import { list } from './context/list.ts'
import { remove } from './context/remove.ts'
import { use } from './context/use.ts'

/** `moorage context` */
export const context = (io: Io) =>
  group(
    'context',
    {
      summary: 'The hubs that you are signed in to',
      description:
        'Which hub a command talks to: the one that --hub names; else MOORAGE_URL with MOORAGE_TOKEN and MOORAGE_CA; else the current one.',
      examples: [
        { does: 'See them', run: 'moorage context list' },
        { does: 'Choose one', run: 'moorage context use lab' },
        { does: 'Another one for a single command', run: 'moorage cluster list --hub lab' },
      ],
    },
    [list(io), use(io), current(io), remove(io)],
  ).alias('contexts')
