import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { fold } from '../../print/wrap.ts'
import { confirmOrCancel } from '../../prompt.ts'
import { receiptText } from '../../views/receipt.ts'

/** `moorage cluster delete` */
export const deleteCluster = (io: Io) =>
  define('delete', {
    summary: 'Destroy a cluster at its provider; only for clusters that Moorage made',
    description:
      'A cluster that existed before Moorage knew it is never destroyed from here: the hub refuses and says so. The word for letting such a cluster go is "disconnect".',
    examples: [{ does: 'Destroy a cluster that Moorage created', run: 'moorage cluster delete scratch' }],
  })
    .argument('<cluster>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .action(async (cluster: string, { yes }: { yes?: true }, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      const found = await hub.api.clusters.get({ cluster }, call)
      const allowed = found.capabilities.some(({ name, allowed }) => name === 'delete' && allowed)
      // Where it is not allowed, the hub itself says why; nobody needs to be asked for that.
      if (allowed && !yes)
        await confirmOrCancel(
          io,
          `Destroy ${found.name} and everything in it?`,
          'Add --yes to delete without being asked.',
        )
      say(io, fold(io.stdout, receiptText(await hub.api.clusters.delete({ cluster }, call), io.now())))
    })
