import { define } from '../define.ts'
import { Exit } from '../failure.ts'
import { openHub } from '../hub/open.ts'
import { type Io, note } from '../io.ts'
import { borrowKubeconfig } from '../kubeconfig/borrowed.ts'
import { runHere } from '../kubeconfig/spawned.ts'

/** `moorage shell` */
export const shell = (io: Io) =>
  define('shell', {
    summary: 'Open a shell in which kubectl and helm act on a cluster, through the hub',
    description:
      'Starts your SHELL with KUBECONFIG set to a file for this cluster alone, which is gone once you leave. Nothing on the cluster is opened by it.',
    examples: [{ does: 'Work on one cluster for a while', run: 'moorage shell alpha' }],
  })
    .argument('<cluster>', 'name or id of the cluster')
    .action(async (cluster: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      await using borrowed = await borrowKubeconfig(io, hub, cluster)
      note(io, `kubectl acts on "${cluster}" here. "exit" leaves.`)
      const program = io.env.SHELL || '/bin/sh'
      const code = await runHere(io, program, [], borrowed.env, 'Set SHELL to a shell that is installed.')
      if (code !== 0) throw new Exit(code)
    })
