import { given } from '../../args/given.ts'
import { checkInHub } from '../../check-in-hub.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'
import { readInput } from '../../read-input.ts'

interface Options {
  kubeconfig: string
  context?: string
  allowInsecureTls?: true
  dryRun?: true
  output: TextFormat
}

/** `moorage cluster replace-kubeconfig` */
export const replaceKubeconfig = (io: Io) =>
  define('replace-kubeconfig', {
    summary: 'Replace the kubeconfig of a cluster, such as before its credential expires',
    description:
      'The new one must reach the same cluster, told by the UID of its kube-system namespace. The old one stays in use until the new one has passed all checks.',
    examples: [
      { does: 'Replace it', run: 'moorage cluster replace-kubeconfig prod --kubeconfig new.yaml' },
      {
        does: 'Only check that it would do',
        run: 'moorage cluster replace-kubeconfig prod --kubeconfig new.yaml --dry-run',
      },
    ],
  })
    .argument('<cluster>', 'name or id')
    .requiredOption('--kubeconfig <file>', 'the new kubeconfig, - for standard input')
    .option('--context <context>', 'context of the kubeconfig, where it has several')
    .option('--allow-insecure-tls', 'accept insecure-skip-tls-verify')
    .option('--dry-run', 'only check; replace nothing')
    .addOption(textOutput())
    .action(async (cluster: string, options: Options, command) => {
      const kubeconfig = await readInput(io, options.kubeconfig, 'kubeconfig')
      await using hub = await openHub(io, command)
      const { context, allowInsecureTls, dryRun } = options
      const input = { cluster, kubeconfig, ...given({ context, allowInsecureTls, dryRun }) }
      const done = await checkInHub(io, 'Checking the new kubeconfig from the hub', call =>
        hub.api.clusters.replaceKubeconfig(input, call),
      )
      if (options.output !== 'text') return printData(io, options.output, done)
      say(
        io,
        dryRun
          ? `The kubeconfig reaches ${cluster}; nothing was replaced.`
          : `The kubeconfig of ${cluster} was replaced.`,
      )
    })
