import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { end } from './session/end.ts'
import { list } from './session/list.ts'

/** `moorage session` */
export const session = (io: Io) =>
  group(
    'session',
    {
      summary: 'Browsers that somebody is signed in with',
      examples: [
        { does: 'Your own', run: 'moorage session list --own' },
        { does: 'End one', run: 'moorage session end ID' },
      ],
    },
    [list(io), end(io)],
  ).alias('sessions')
