import { define } from '../../define.ts'
import { readConfig, writeConfig } from '../../hub/config-file.ts'
import { contextByName } from '../../hub/resolve.ts'
import { type Io, note, say } from '../../io.ts'

/** `moorage context use` */
export const use = (io: Io) =>
  define('use', {
    summary: 'Choose the saved hub that commands talk to',
    examples: [{ does: 'Talk to the lab from now on', run: 'moorage context use lab' }],
  })
    .argument('<name>', 'name of the saved hub')
    .action(async (name: string) => {
      const config = await readConfig(io)
      const { url } = contextByName(config, name)
      await writeConfig(io, { ...config, current: name })
      say(io, `Commands now talk to "${name}", ${url}.`)
      if (io.env.MOORAGE_URL) note(io, 'MOORAGE_URL is set and still goes first.')
    })
