import { given } from '../../../args/given.ts'
import { define } from '../../../define.ts'
import { usage } from '../../../failure.ts'
import { openHub, readCa } from '../../../hub/open.ts'
import { type Io, note, say } from '../../../io.ts'
import { readInput } from '../../../read-input.ts'
import { readHeaders } from './read-headers.ts'

interface Options {
  to: string
  headersFile?: string
  hmacKeyFile?: string
  caBundle?: string
  clientCertificate?: string
  clientKeyFile?: string
  from?: 'now' | 'start' | number
}

const readFrom = (text: string): 'now' | 'start' | number => {
  if (text === 'now' || text === 'start') return text
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usage(`"${text}" is neither now nor start nor the number of a line.`)
  return Number(text)
}

/** `moorage audit forward add` */
export const add = (io: Io) =>
  define('add', {
    summary: 'Send the audit log somewhere as it is written, or change how',
    description:
      'Lines are sent in their order, each at least once, from a place that the hub keeps for each target: nothing is lost while the target is away, as long as the hub keeps the lines. ' +
      'Nobody who sends requests waits for it. Keys, headers and what follows a "?" in the address are sealed and never shown; left out on a change they stay, for the same host.',
    examples: [
      { does: 'Syslog by TLS', run: 'moorage audit forward add siem --to syslog+tls://logs.example.org:6514' },
      {
        does: 'A webhook with signed posts',
        run: 'moorage audit forward add hook --to https://hooks.example.org/moorage --hmac-key-file key',
      },
      {
        does: 'An OpenTelemetry collector, with all that the hub still has',
        run: 'moorage audit forward add otel --to otlp+https://otel.example.org:4318 --headers-file headers --from start',
      },
    ],
  })
    .argument('<name>', 'what it is called here')
    .requiredOption(
      '--to <address>',
      'syslog://HOST:PORT (TCP), syslog+tls://…, syslog+udp://…, https://… (JSON lines) or otlp+https://…; - reads it from standard input',
    )
    .option('--headers-file <file>', 'file with headers to send along, one "Name: value" a line; - for standard input')
    .option('--hmac-key-file <file>', 'file with a key to sign each post with; - for standard input')
    .option('--ca-bundle <file>', 'CAs of the target, PEM, where the hub’s system does not know them')
    .option('--client-certificate <file>', 'certificate that the hub shows to a target which asks for one, PEM')
    .option('--client-key-file <file>', 'its key, PEM; - for standard input')
    .option(
      '--from <place>',
      'where it begins: now, start (the oldest line) or the number of a line (default: now; on a change, where it is)',
      readFrom,
    )
    .action(async (forward: string, options: Options, command) => {
      const { to, headersFile, hmacKeyFile, caBundle, clientCertificate, clientKeyFile, from } = options
      const fromInput = [to, headersFile, hmacKeyFile, clientKeyFile].filter(each => each === '-')
      if (fromInput.length > 1) throw usage('Only one thing can come from standard input.')
      const read = async (path: string | undefined, what: string) =>
        path === undefined ? undefined : (await readInput(io, path, what)).trim()
      const headers = await read(headersFile, 'headers')
      const input = given({
        from,
        headers: headers === undefined ? undefined : readHeaders(headers),
        hmacKey: await read(hmacKeyFile, 'key'),
        clientKey: await read(clientKeyFile, 'key'),
        ca: caBundle === undefined ? undefined : await readCa(caBundle),
        clientCertificate: clientCertificate === undefined ? undefined : await readCa(clientCertificate),
      })
      const address = to === '-' ? (await readInput(io, to, 'address')).trim() : to
      await using hub = await openHub(io, command)
      const added = await hub.api.auditForwards.put({ forward, to: address, ...input }, { signal: io.signal })
      say(io, `The audit log is sent to ${added.to} from line ${added.position + 1} on.`)
      try {
        await hub.api.auditForwards.test({ forward }, { signal: io.signal })
        say(io, 'It took a line that was sent to try it.')
      } catch (error) {
        const { ProblemError } = await import('@moorage/client/problem-error.ts')
        if (!(error instanceof ProblemError) || error.problem.code !== 'forward_failed') throw error
        note(io, `Careful: ${error.problem.detail} It is tried again until it takes them.`)
      }
    })
