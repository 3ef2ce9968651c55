import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { parseDuration } from '../args/duration.ts'
import { defaultNamespace } from '../convert/objects.ts'
import type { ConvertOptions } from '../convert/run.ts'
import { define } from '../define.ts'
import { usage } from '../failure.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** s; what TokenRequest takes at least. */
const SHORTEST_TTL = 600

/** `moorage convert-kubeconfig` */
export const convertKubeconfig = (io: Io) =>
  define('convert-kubeconfig', {
    summary: 'Turn a kubeconfig that works here into one that works anywhere',
    description:
      'Signs in with the given kubeconfig as kubectl would, plugins and files included; a plugin is shown before it is run. ' +
      'Makes a ServiceAccount with a role of its own in the cluster, and writes a kubeconfig with a token of that account. ' +
      'The role of --mode read-only names each kind that the hub reads, without Secrets; that of --mode full is all of the cluster. ' +
      'If a step fails, what was made is taken back; doing it again makes nothing twice. --undo removes what was made, and the kubeconfigs with it stop working.',
    examples: [
      {
        does: 'From a kubeconfig with a cloud’s plugin, straight into Moorage',
        run: 'moorage convert-kubeconfig ~/.kube/config --context eks-prod | moorage cluster connect prod --kubeconfig -',
      },
      { does: 'Into a file, for a year', run: 'moorage convert-kubeconfig ~/.kube/config --ttl 1y -o prod.yaml' },
      { does: 'See what would be made', run: 'moorage convert-kubeconfig ~/.kube/config --mode full --dry-run' },
      { does: 'Remove it all again', run: 'moorage convert-kubeconfig ~/.kube/config --undo' },
    ],
  })
    .argument('<file>', 'the kubeconfig, - for standard input')
    .option('--context <context>', 'context of the kubeconfig (default: its current-context)')
    .option(
      '-n, --namespace <namespace>',
      `where the ServiceAccount goes; made if it is not there (default: ${defaultNamespace})`,
    )
    .addOption(
      new Option('--mode <mode>', 'what the new kubeconfig may do').choices(['read-only', 'full']).default('read-only'),
    )
    .addOption(
      new Option('--ttl <span>', 'how long the token is valid, such as 90d; the API server may allow less')
        .argParser(parseDuration)
        .default(7_776_000, '90d'),
    )
    .option('--no-expiry', 'a token without an end, kept in a Secret of the cluster')
    .option(
      '-o, --out <file>',
      'where the kubeconfig goes (default: standard output, or a file where that is a terminal)',
    )
    .option('--undo', 'remove what conversions made; of one --namespace or --mode where they are given')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'only show what would be done')
    .action(async (file: string, options: ConvertOptions, command: Command) => {
      if (options.namespace !== undefined && !NAME.test(options.namespace))
        throw usage(`"${options.namespace}" can not be the name of a namespace.`)
      const given = (name: string) => command.getOptionValueSource(name) === 'cli'
      if (given('ttl') && !options.expiry) throw usage('--ttl and --no-expiry exclude each other.')
      if (options.expiry && options.ttl < SHORTEST_TTL)
        throw usage('--ttl has to be 10m or longer: Kubernetes makes no token that ends sooner.')
      const text = await readInput(io, file, 'kubeconfig')
      const directory = file === '-' ? io.cwd : dirname(resolve(io.cwd, file))
      // Loaded only here: it brings the Kubernetes client along.
      const { runConvert, runUndo } = await import('../convert/run.ts')
      if (options.undo)
        await runUndo(io, { text, directory }, { ...options, ...(given('mode') && { only: options.mode }) })
      else await runConvert(io, { text, directory }, options)
    })
