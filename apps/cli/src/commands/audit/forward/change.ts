import { define } from '../../../define.ts'
import { openHub } from '../../../hub/open.ts'
import { type Io, say } from '../../../io.ts'

/** `moorage audit forward disable` */
export const disable = (io: Io) =>
  define('disable', {
    summary: 'Stop sending to a target; it keeps its place',
    examples: [{ does: 'While it is rebuilt', run: 'moorage audit forward disable siem' }],
  })
    .argument('<name>', 'name of the target')
    .action(async (forward: string, _options, command) => {
      await using hub = await openHub(io, command)
      const { position } = await hub.api.auditForwards.update({ forward, enabled: false }, { signal: io.signal })
      say(io, `Nothing more is sent to ${forward}. It has the lines up to ${position}.`)
    })

/** `moorage audit forward enable` */
export const enable = (io: Io) =>
  define('enable', {
    summary: 'Go on sending to a target, from where it stopped',
    examples: [{ does: 'It is back', run: 'moorage audit forward enable siem' }],
  })
    .argument('<name>', 'name of the target')
    .action(async (forward: string, _options, command) => {
      await using hub = await openHub(io, command)
      const { position } = await hub.api.auditForwards.update({ forward, enabled: true }, { signal: io.signal })
      say(io, `Lines are sent to ${forward} from ${position + 1} on.`)
    })
