import { Option } from 'commander'
import { parseDuration } from '../../args/duration.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'

interface Options {
  ttl?: number
  output: 'text' | 'json' | 'yaml'
}

/** `moorage token create` */
export const create = (io: Io) =>
  define('create', {
    summary: 'Make a token; it is shown once',
    description: 'Only the token goes to standard output, so that it can be piped on.',
    examples: [
      { does: 'For a pipeline, for a quarter', run: 'moorage token create ci --ttl 90d > ci.token' },
      { does: 'Without an end', run: 'moorage token create admin-2' },
    ],
  })
    .argument('<name>', 'what the token is for')
    .addOption(
      new Option('--ttl <span>', 'how long it is valid, such as 90d (default: without end)').argParser(parseDuration),
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print the result').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (name: string, options: Options, command) => {
      await using hub = await openHub(io, command)
      const input = { name, ...(options.ttl !== undefined && { expiresInSeconds: options.ttl }) }
      const made = await hub.api.tokens.create(input, { signal: io.signal })
      if (options.output !== 'text') return printData(io, options.output, made)
      note(
        io,
        `Token "${made.name}" (id ${made.id}), ${made.expiresAt ? `valid until ${made.expiresAt}` : 'without an end'}. It is shown only now:`,
      )
      say(io, made.token)
    })
