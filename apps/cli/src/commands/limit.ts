import { type LimitedKind, Limits, type SetLimits } from '@moorage/contract/limits.ts'
import { warnOfNobody } from '../access/warn-of-nobody.ts'
import { collect } from '../args/count.ts'
import { define } from '../define.ts'
import { usage } from '../failure.ts'
import { type Hub, openHub } from '../hub/open.ts'
import { type Io, say } from '../io.ts'
import { outputOption, printData } from '../print/output.ts'
import { limitsText } from '../views/limits.ts'

interface Options {
  /** false: `--no-cli`. */
  cli: boolean
  allowCli?: true
  webTerminal: boolean
  allowWebTerminal?: true
  hours?: string[]
  anyHours?: true
  from?: string[]
  fromAnywhere?: true
  output: 'table' | 'json' | 'yaml'
}

const NONE: Limits = Limits.parse({})

/** What is to be changed; empty where nothing was said. */
export function wantedLimits(options: Omit<Options, 'output'>): Partial<Limits> {
  const both = (one: boolean, other: boolean | undefined, names: string) => {
    if (one && other) throw usage(`${names} exclude each other.`)
    return one || other
  }
  const wanted: Partial<Limits> = {}
  if (both(!options.cli, options.allowCli, '--no-cli and --allow-cli')) wanted.noCli = !options.cli
  if (both(!options.webTerminal, options.allowWebTerminal, '--no-web-terminal and --allow-web-terminal')) {
    wanted.noWebTerminal = !options.webTerminal
  }
  if (both(options.hours !== undefined, options.anyHours, '--hours and --any-hours')) wanted.hours = options.hours ?? []
  if (both(options.from !== undefined, options.fromAnywhere, '--from and --from-anywhere')) {
    wanted.from = options.from ?? []
  }
  return wanted
}

async function current({ api }: Hub, kind: LimitedKind, name: string, signal: AbortSignal): Promise<SetLimits> {
  const { items } = await api.limits.list({ kind, name }, { signal })
  return items[0] ?? { kind, name, ...NONE, setAt: null, setBy: null }
}

const EXAMPLE: Record<LimitedKind, string> = {
  cluster: 'prod',
  user: 'ada',
  group: 'contractors',
  'service-account': 'ci',
}

/** `moorage cluster limit`, and the same of users, groups and service accounts. */
export const limit = (io: Io, kind: LimitedKind) =>
  define('limit', {
    summary: `Show or say when, from where and by what ${kind === 'cluster' ? 'a cluster may be used' : `a ${kind} may use Moorage`}`,
    description: `Without any option it shows what holds. What is not said stays as it is; what is given for --hours and --from takes the place of what was there. It counts within 2 s, also for what is under way. Admin tokens stand above limits.`,
    examples: [
      { does: 'Look', run: `moorage ${kind} limit ${EXAMPLE[kind]}` },
      {
        does: 'In working hours, by the office or the VPN',
        run: `moorage ${kind} limit ${EXAMPLE[kind]} --hours "Mon-Fri 08:00-18:00 Europe/Berlin" --from 192.0.2.0/24 --from 10.8.0.0/16`,
      },
      { does: 'In the console alone', run: `moorage ${kind} limit ${EXAMPLE[kind]} --no-cli` },
      { does: 'At any time again', run: `moorage ${kind} limit ${EXAMPLE[kind]} --any-hours` },
    ],
  })
    .argument(`<${kind}>`, kind === 'cluster' ? 'name or id' : 'name')
    .option('--no-cli', 'no kubectl or other client of Kubernetes, and no kubeconfig')
    .option('--allow-cli', 'kubectl and other clients again')
    .option('--no-web-terminal', 'no terminals in the console')
    .option('--allow-web-terminal', 'terminals in the console again')
    .option('--hours <hours>', 'only then, such as "Mon-Fri 08:00-18:00 Europe/Berlin" (several times)', collect)
    .option('--any-hours', 'at any time again')
    .option('--from <range>', 'only from this address or range, such as 10.0.0.0/8 (several times)', collect)
    .option('--from-anywhere', 'from anywhere again')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (ref: string, options: Options, command) => {
      const wanted = wantedLimits(options)
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      const name = kind === 'cluster' ? (await hub.api.clusters.get({ cluster: ref }, call)).name : ref
      let found = await current(hub, kind, name, io.signal)
      if (Object.keys(wanted).length > 0) {
        const { noCli, noWebTerminal, hours, from } = { ...found, ...wanted }
        found = await hub.api.limits.put({ kind, name, noCli, noWebTerminal, hours, from }, call)
        if (kind !== 'cluster') await warnOfNobody(io, hub, [{ kind, name }])
      }
      if (options.output !== 'table') return printData(io, options.output, found)
      say(io, limitsText(found))
    })
