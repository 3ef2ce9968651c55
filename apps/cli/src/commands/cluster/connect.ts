import type { Connected } from '@moorage/contract/cluster.ts'
import { Option } from 'commander'
import { parseDuration } from '../../args/duration.ts'
import { given } from '../../args/given.ts'
import { collectLabel } from '../../args/labels.ts'
import { checkInHub } from '../../check-in-hub.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { printData, printList } from '../../print/output.ts'
import { readInput } from '../../read-input.ts'
import { clusterView } from '../../views/cluster.ts'
import { waitUntilRunning } from '../../wait-until-running.ts'

interface Options {
  kubeconfig: string
  context?: string
  mode: 'read-only' | 'full'
  project?: string
  label?: Record<string, string>
  allowInsecureTls?: true
  dryRun?: true
  wait?: true
  timeout: number
  output: 'text' | 'json' | 'yaml' | 'name'
}

/** `moorage cluster connect` */
export const connect = (io: Io) =>
  define('connect', {
    summary: 'Connect an existing cluster by its kubeconfig',
    description:
      'The hub checks everything before it stores anything: it reaches the API server, reads its version and identity, and asks what the credential may do. ' +
      'In read-only mode the hub itself sends nothing but reads.\n\n' +
      'A kubeconfig that signs in by a plugin or by files of its own is refused: "moorage convert-kubeconfig" makes one that works from it. ' +
      '--context names a context of the kubeconfig; a saved hub is named by --hub.',
    examples: [
      {
        does: 'Connect a cluster and wait until all of it is seen',
        run: 'moorage cluster connect prod --kubeconfig ~/.kube/prod.yaml --wait',
      },
      {
        does: 'Only check, with one of several contexts',
        run: 'moorage cluster connect prod --kubeconfig ~/.kube/config --context prod-admin --dry-run',
      },
      {
        does: 'Through a pipe, into a project and with labels',
        run: 'moorage convert-kubeconfig ~/.kube/config | moorage cluster connect prod --kubeconfig - --project shop --label env=prod',
      },
    ],
  })
    .argument('<name>', 'what to call the cluster')
    .requiredOption('--kubeconfig <file>', 'the kubeconfig, - for standard input')
    .option('--context <context>', 'context of the kubeconfig, where it has several')
    .addOption(
      new Option('--mode <mode>', 'what the hub may do in the cluster')
        .choices(['read-only', 'full'])
        .default('read-only'),
    )
    .option('--project <project>', 'project that the cluster goes into')
    .option('--label <k=v>', 'label for the cluster; may be given several times', collectLabel)
    .option('--allow-insecure-tls', 'accept insecure-skip-tls-verify; the cluster shows it for ever after')
    .option('--dry-run', 'only check; store nothing')
    .option('--wait', 'wait until the cluster is Running and all of its inventory is read')
    .addOption(new Option('--timeout <span>', 'how long --wait waits').argParser(parseDuration).default(300, '5m'))
    .addOption(
      new Option('-o, --output <format>', 'how to print the result')
        .choices(['text', 'json', 'yaml', 'name'])
        .default('text'),
    )
    .action(async (name: string, options: Options, command) => {
      const kubeconfig = await readInput(io, options.kubeconfig, 'kubeconfig')
      await using hub = await openHub(io, command)
      const { context, mode, project, label, allowInsecureTls, dryRun } = options
      const input = { name, kubeconfig, mode, ...given({ context, project, labels: label, allowInsecureTls, dryRun }) }
      const done = await checkInHub(io, `Checking ${name} from the hub`, call => hub.api.clusters.connect(input, call))
      const { cluster } = done
      const last = cluster && options.wait ? await waitUntilRunning(io, hub, cluster.id, options.timeout) : cluster
      printConnected(io, options.output, { ...done, cluster: last }, name)
    })

function printConnected(io: Io, format: Options['output'], done: Connected, name: string): void {
  const { cluster, version, uid } = done
  if (format === 'json' || format === 'yaml') printData(io, format, done)
  else if (cluster === null) say(io, `${name} could be connected: ${version}, uid ${uid}. Nothing was stored.`)
  else if (format === 'name') say(io, cluster.name)
  else {
    note(io, `Connected ${name}.`)
    printList(io, 'table', { items: [cluster], total: 1 }, clusterView(io.now(), painter(io.env, io.stdout)))
  }
}
