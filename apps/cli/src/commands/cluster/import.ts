import type { ImportCluster } from '@moorage/contract/agent.ts'
import { Option } from 'commander'
import { followImport } from '../../agent/follow-import.ts'
import { checkHandOver, type HandOverFlags, handOver, readLocal, withHandOverFlags } from '../../agent/hand-over.ts'
import { type AgentFlags, agentInput, withAgentFlags } from '../../agent/options.ts'
import { parseDuration } from '../../args/duration.ts'
import { given } from '../../args/given.ts'
import { collectLabel } from '../../args/labels.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'

interface Options extends HandOverFlags, AgentFlags {
  mode: 'read-only' | 'full'
  project?: string
  label?: Record<string, string>
  provider?: ImportCluster['provider']
  ttl: number
}

/** `moorage cluster import` */
export const importCluster = (io: Io) => {
  const command = define('import', {
    summary: 'Import an existing cluster by an agent that dials out',
    description:
      'For clusters that the hub can not reach, and owners that give no kubeconfig away. Prints the one command for the owner to run; ' +
      'the agent then dials the hub, and nothing has to reach the cluster from outside. ' +
      'In read-only mode the agent can not read Secrets, run anything or change anything: its own rights do not allow it.\n\n' +
      'The name of a known cluster whose agent is gone adopts it: what is known of it stays.',
    examples: [
      { does: 'Print the command for the owner to run, and see the steps', run: 'moorage cluster import edge --wait' },
      {
        does: 'Apply it from here',
        run: 'moorage cluster import edge --mode full --apply --kubeconfig ~/.kube/edge.yaml --wait',
      },
      { does: 'As a file for Git', run: 'moorage cluster import edge --manifest edge-agent.yaml' },
      {
        does: 'Behind a proxy, without which the hub can not be reached',
        run: 'moorage cluster import edge --https-proxy http://proxy.corp:3128 --no-proxy 10.0.0.0/8 --proxy-needed-for-hub',
      },
    ],
  })
    .argument('<name>', 'what to call the cluster')
    .addOption(
      new Option('--mode <mode>', 'what the agent may do in the cluster')
        .choices(['read-only', 'full'])
        .default('read-only'),
    )
    .option('--project <project>', 'project that the cluster goes into')
    .option('--label <k=v>', 'label for the cluster; may be given several times', collectLabel)
    .addOption(
      new Option('--provider <provider>', 'where the cluster runs, as far as you know it').choices([
        'aws',
        'azure',
        'google',
        'vmware',
        'openshift',
        'eks-anywhere',
        'generic',
      ]),
    )
    .addOption(
      new Option('--ttl <span>', 'how long the join token can be used').argParser(parseDuration).default(3600, '1h'),
    )
  return withHandOverFlags(withAgentFlags(command)).action(async (name: string, options: Options, self) => {
    checkHandOver(options)
    const local = await readLocal(io, options)
    const agent = await agentInput(io, options)
    await using hub = await openHub(io, self)
    const { mode, project, label, provider, ttl } = options
    const input = { name, mode, agent, ttlSeconds: ttl, ...given({ project, labels: label, provider }) }
    const done = await hub.api.clusters.import(input, { signal: io.signal })
    note(io, `${done.adopts ? 'Adopting' : 'Importing'} ${name} by an agent in ${mode} mode.`)
    const offer = {
      done,
      again: `moorage cluster import ${name}`,
      next: `moorage cluster import-steps ${name} --wait`,
      notApplied: `Not applied. ${name} waits for its agent; "moorage cluster disconnect ${name}" gives the import up.`,
      follow: (seconds: number) => followImport(io, hub, name, seconds),
    }
    await handOver(io, offer, options, local)
  })
}
