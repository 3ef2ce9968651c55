import { Option } from 'commander'
import { parseDuration } from '../args/duration.ts'
import type { CleanupOptions } from '../cleanup/run.ts'
import { define } from '../define.ts'
import { usage } from '../failure.ts'
import type { Io } from '../io.ts'

/** What the value of a label can be. */
const LABEL = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/** `moorage cleanup` */
export const cleanup = (io: Io) =>
  define('cleanup', {
    summary: 'Take everything of Moorage out of a cluster, without the hub',
    description:
      'For a cluster whose hub is gone or can not reach it. Looks through every kind that the cluster serves for what carries the labels of a hub: ' +
      'app.kubernetes.io/managed-by and moorage.dev/instance together, never by name. Shows it, asks, removes it in a safe order, and looks again. ' +
      'What users made is not touched; a namespace that holds something of theirs is emptied of ours and stays. ' +
      'Nothing is begun when a right is missing. Exits 0 only when nothing is left. In a pod it uses the pod’s own ServiceAccount.',
    examples: [
      { does: 'See what is there', run: 'moorage cleanup --kubeconfig ~/.kube/config --dry-run' },
      {
        does: 'Remove what one hub left, without being asked',
        run: 'moorage cleanup --instance 0e3f5c8a-7c1d-4f1b-9a55-2f6f0f6f5f10 --yes',
      },
    ],
  })
    .option('--kubeconfig <file>', 'of an administrator, - for standard input (default: as kubectl finds it)')
    .option('--context <context>', 'context of the kubeconfig (default: its current-context)')
    .option('--instance <id>', 'id of the hub; needed only where several have something in the cluster')
    .option('--dry-run', 'only show what would be removed')
    .option('-y, --yes', 'do not ask')
    .addOption(
      new Option('--timeout <span>', 'how long each object may take to be gone')
        .argParser(parseDuration)
        .default(60, '60s'),
    )
    .addOption(new Option('-o, --output <format>', 'how to print the result').choices(['text', 'json']).default('text'))
    .action(async (options: CleanupOptions) => {
      if (options.instance !== undefined && !LABEL.test(options.instance))
        throw usage(`"${options.instance}" can not be the id of a hub.`, 'Leave --instance out to see which there are.')
      // Loaded only here: it brings the Kubernetes client along.
      const { runCleanup } = await import('../cleanup/run.ts')
      await runCleanup(io, options)
    })
