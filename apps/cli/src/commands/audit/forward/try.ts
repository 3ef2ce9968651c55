import { define } from '../../../define.ts'
import { openHub } from '../../../hub/open.ts'
import { type Io, say } from '../../../io.ts'

/** `moorage audit forward test` */
export const test = (io: Io) =>
  define('test', {
    summary: 'Send a line to a target, to see whether it takes it',
    description: 'Its number is 0 and its action auditForwards.test. Ends with 1 where it is not taken.',
    examples: [{ does: 'Does it take lines?', run: 'moorage audit forward test siem' }],
  })
    .argument('<name>', 'name of the target')
    .action(async (forward: string, _options, command) => {
      await using hub = await openHub(io, command)
      const { durationMs } = await hub.api.auditForwards.test({ forward }, { signal: io.signal })
      say(io, `${forward} took a line, in ${durationMs} ms.`)
    })
