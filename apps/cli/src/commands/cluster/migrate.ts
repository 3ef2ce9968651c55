import { Option } from 'commander'
import { followMode } from '../../agent/follow-mode.ts'
import { checkHandOver, type HandOverFlags, handOver, readLocal, withHandOverFlags } from '../../agent/hand-over.ts'
import { type AgentFlags, agentInput, withAgentFlags } from '../../agent/options.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'

interface Options extends HandOverFlags, AgentFlags {
  mode: 'read-only' | 'full'
}

/** `moorage cluster migrate` */
export const migrate = (io: Io) => {
  const command = define('migrate', {
    summary: 'Change the mode of an imported cluster, up or down',
    description:
      'Prints the manifest of the other mode for the cluster’s owner to apply. What the cluster allows changes when the new rights are observed, never before.',
    examples: [
      { does: 'Ask the owner for full mode', run: 'moorage cluster migrate edge --mode full' },
      {
        does: 'Back to read-only, from here',
        run: 'moorage cluster migrate edge --mode read-only --apply --kubeconfig ~/.kube/edge.yaml',
      },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addOption(
      new Option('--mode <mode>', 'the mode to change to').choices(['read-only', 'full']).makeOptionMandatory(),
    )
  return withHandOverFlags(withAgentFlags(command)).action(async (cluster: string, options: Options, self) => {
    checkHandOver(options)
    const local = await readLocal(io, options)
    const agent = await agentInput(io, options)
    await using hub = await openHub(io, self)
    const { mode } = options
    const input = { cluster, mode, ...(Object.keys(agent).length > 0 && { agent }) }
    const done = await hub.api.clusters.migrate(input, { signal: io.signal })
    note(
      io,
      `The manifest of ${mode} mode for ${cluster}. Until it is applied and its rights are seen, nothing changes.`,
    )
    const offer = {
      done,
      again: `moorage cluster migrate ${cluster} --mode ${mode}`,
      next: `moorage cluster describe ${cluster}`,
      notApplied: `Not applied. The mode of ${cluster} stays as it is.`,
      follow: (seconds: number) => followMode(io, hub, cluster, mode, seconds),
    }
    await handOver(io, offer, options, local)
  })
}
