import { define } from '../../define.ts'
import { readConfig, withoutContext, writeConfig } from '../../hub/config-file.ts'
import { contextByName } from '../../hub/resolve.ts'
import { type Io, say } from '../../io.ts'

/** `moorage context remove` */
export const remove = (io: Io) =>
  define('remove', {
    summary: 'Forget a saved hub and its token',
    examples: [{ does: 'Forget the lab', run: 'moorage context remove lab' }],
  })
    .alias('rm')
    .argument('<name>', 'name of the saved hub')
    .action(async (name: string) => {
      const config = await readConfig(io)
      contextByName(config, name)
      await writeConfig(io, withoutContext(config, name))
      say(io, `"${name}" is forgotten. Its token is still valid until it is revoked.`)
    })
