import { define } from '../define.ts'
import { Exit } from '../failure.ts'
import { openHub } from '../hub/open.ts'
import type { Io } from '../io.ts'
import { borrowKubeconfig } from '../kubeconfig/borrowed.ts'
import { runHere } from '../kubeconfig/spawned.ts'

/** `moorage kubectl` */
export const kubectl = (io: Io) =>
  define('kubectl', {
    summary: 'Run kubectl on a cluster, through the hub',
    description:
      'Runs the kubectl of your PATH with a kubeconfig for this cluster alone, which is gone afterwards. Its exit code is that of kubectl.',
    examples: [
      { does: 'See pods', run: 'moorage kubectl alpha -- get pods -A' },
      { does: 'Read a log', run: 'moorage kubectl alpha -- logs web-0 -n shop' },
    ],
  })
    .argument('<cluster>', 'name or id of the cluster')
    .argument(
      '[args...]',
      'what kubectl is to do; after "--" also what this command would take for its own, such as --help',
    )
    // Its flags are kubectl's.
    .allowUnknownOption()
    .action(async (cluster: string, args: string[], _options: unknown, command) => {
      await using hub = await openHub(io, command)
      await using borrowed = await borrowKubeconfig(io, hub, cluster)
      const code = await runHere(io, 'kubectl', args, borrowed.env, 'Install kubectl and put it on your PATH.')
      if (code !== 0) throw new Exit(code)
    })
