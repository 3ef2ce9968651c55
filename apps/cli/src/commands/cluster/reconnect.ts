import { followImport } from '../../agent/follow-import.ts'
import { type HandOverFlags, handOver, readLocal, withHandOverFlags } from '../../agent/hand-over.ts'
import { type AgentFlags, agentInput, withAgentFlags } from '../../agent/options.ts'
import { given } from '../../args/given.ts'
import { checkInHub } from '../../check-in-hub.ts'
import { define } from '../../define.ts'
import { usage } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { readInput } from '../../read-input.ts'

interface Options extends HandOverFlags, AgentFlags {
  agent?: true
  allowInsecureTls?: true
}

/** `moorage cluster reconnect` */
export const reconnect = (io: Io) => {
  const command = define('reconnect', {
    summary: 'Move a cluster from its kubeconfig to an agent, or back',
    description:
      'It must be the same cluster, told by the UID of its kube-system namespace. Name, labels and history stay. ' +
      'With --agent the kubeconfig is forgotten once the agent has joined; with --kubeconfig alone the agent is removed from the cluster.',
    examples: [
      { does: 'To an agent, applied by the owner', run: 'moorage cluster reconnect prod --agent' },
      {
        does: 'To an agent, applied from here',
        run: 'moorage cluster reconnect prod --agent --apply --kubeconfig ~/.kube/prod.yaml --wait',
      },
      { does: 'Back to a kubeconfig', run: 'moorage cluster reconnect prod --kubeconfig prod.yaml' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .option('--agent', 'by an agent')
    .option(
      '--kubeconfig <file>',
      'by this kubeconfig; with --agent --apply, the one that the manifest is applied with',
    )
    .option('--allow-insecure-tls', 'accept insecure-skip-tls-verify in the kubeconfig')
  return withHandOverFlags(withAgentFlags(command), { kubeconfig: false }).action(
    async (cluster: string, options: Options, self) => {
      if (!options.agent && options.kubeconfig === undefined)
        throw usage('How should it be connected?', 'Give --agent, or --kubeconfig with a file.')
      if (options.agent && options.kubeconfig !== undefined && !options.apply)
        throw usage(
          '--agent and --kubeconfig exclude each other.',
          'Add --apply to apply the agent’s manifest with it.',
        )
      if (options.agent && options.apply && options.kubeconfig === undefined) throw usage('--apply needs --kubeconfig.')
      if (options.apply && (!options.agent || options.manifest !== undefined))
        throw usage('--apply goes with --agent, and without --manifest.')
      if (options.agent) await toAgent(io, cluster, options, self)
      else await toKubeconfig(io, cluster, options, self)
    },
  )
}

async function toAgent(io: Io, cluster: string, options: Options, self: Parameters<typeof openHub>[1]): Promise<void> {
  const local = await readLocal(io, options)
  const agent = await agentInput(io, options)
  await using hub = await openHub(io, self)
  const done = await hub.api.clusters.reconnectByAgent({ cluster, agent }, { signal: io.signal })
  note(io, `${done.cluster.name} moves to an agent when that has joined; its kubeconfig is used until then.`)
  const { name } = done.cluster
  const offer = {
    done,
    again: `moorage cluster reconnect ${name} --agent`,
    next: `moorage cluster import-steps ${name} --wait`,
    notApplied: `Not applied. ${name} stays on its kubeconfig, and the join token is left to expire.`,
    follow: (seconds: number) => followImport(io, hub, name, seconds),
  }
  await handOver(io, offer, options, local)
}

async function toKubeconfig(
  io: Io,
  cluster: string,
  options: Options,
  self: Parameters<typeof openHub>[1],
): Promise<void> {
  const kubeconfig = await readInput(io, options.kubeconfig ?? '-', 'kubeconfig')
  await using hub = await openHub(io, self)
  const input = {
    cluster,
    kubeconfig,
    ...given({ context: options.context, allowInsecureTls: options.allowInsecureTls }),
  }
  const done = await checkInHub(io, 'Checking the kubeconfig from the hub', call =>
    hub.api.clusters.replaceKubeconfig(input, call),
  )
  if (options.output !== 'text') return printData(io, options.output, done)
  say(io, `${cluster} is connected by kubeconfig.`)
}
