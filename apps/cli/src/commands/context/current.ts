import { define } from '../../define.ts'
import { readConfig } from '../../hub/config-file.ts'
import { resolveHub } from '../../hub/resolve.ts'
import { type Io, say } from '../../io.ts'

/** `moorage context current` */
export const current = (io: Io) =>
  define('current', {
    summary: 'Show which hub commands talk to, and why',
    examples: [{ does: 'Which hub is it?', run: 'moorage context current' }],
  }).action(async (_options: unknown, command) => {
    const target = resolveHub(await readConfig(io), io.env, command.optsWithGlobals().hub)
    say(io, `${target.url} (from ${target.from})`)
  })
