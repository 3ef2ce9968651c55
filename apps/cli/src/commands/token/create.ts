import { Option } from 'commander'
import { collect } from '../../args/count.ts'
import { parseDuration } from '../../args/duration.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

interface Options {
  ttl?: number
  serviceAccount?: string
  readOnly?: boolean
  cluster?: string[]
  namespace?: string[]
  output: TextFormat
}

/** `moorage token create` */
export const create = (io: Io) =>
  define('create', {
    summary: 'Make a token; it is shown once',
    description:
      'For a service account, or for yourself: whoever has it may do what you may, or less where it is limited. One of your own is valid for 90 days at most. Made with an admin token it is an admin token. Only the token goes to standard output, so that it can be piped on.',
    examples: [
      {
        does: 'For a pipeline, for a quarter',
        run: 'moorage token create ci --service-account ci --ttl 90d > ci.token',
      },
      {
        does: 'One of your own that only reads one cluster',
        run: 'moorage token create dashboard --read-only --cluster prod',
      },
    ],
  })
    .argument('<name>', 'what the token is for')
    .addOption(
      new Option(
        '--ttl <span>',
        'how long it is valid, such as 90d (default: without end; your own: 90d, which is also the most)',
      ).argParser(parseDuration),
    )
    .option('--service-account <name>', 'whom it is for; default: yourself')
    .option('--read-only', 'it only reads, and no Secrets')
    .option('--cluster <cluster>', 'it is good in this cluster alone (may be given several times)', collect)
    .option(
      '-n, --namespace <pattern>',
      'it is good in these namespaces alone, such as "team-*" (may be given several times)',
      collect,
    )
    .addOption(textOutput())
    .action(async (name: string, options: Options, command) => {
      await using hub = await openHub(io, command)
      const { ttl, serviceAccount, readOnly, cluster, namespace } = options
      const scope = {
        ...(readOnly && { readOnly }),
        ...(cluster && { clusters: cluster }),
        ...(namespace && { namespaces: namespace }),
      }
      const input = {
        name,
        ...(ttl !== undefined && { expiresInSeconds: ttl }),
        ...(serviceAccount !== undefined && { serviceAccount }),
        ...(Object.keys(scope).length > 0 && { scope }),
      }
      const made = await hub.api.tokens.create(input, { signal: io.signal })
      if (options.output !== 'text') return printData(io, options.output, made)
      note(
        io,
        `Token "${made.name}" (id ${made.id}), ${made.expiresAt ? `valid until ${made.expiresAt}` : 'without an end'}. It is shown only now:`,
      )
      say(io, made.token)
    })
