import { Way } from '@moorage/contract/limits.ts'
import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import { Option } from 'commander'
import { type Asked, askedFrom, askedWho, hintAt } from '../../access/asked.ts'
import { collect } from '../../args/count.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { outputOption, printData } from '../../print/output.ts'

interface Options extends Asked {
  as?: string
  group?: string[]
  way?: Way
  from?: string
  output: 'table' | 'json' | 'yaml'
}

/** What stands in the way, in words. */
const WALLS = {
  'hub-rule': 'the hub’s rules',
  limit: 'a limit',
  mode: 'the cluster’s mode',
  'member-rbac': 'the cluster’s own RBAC',
}

const SESSIONS: Record<RecordingPolicy, string> = {
  record: 'The session is recorded.',
  'record-or-refuse': 'The session is recorded, or does not begin.',
  off: 'The session is not recorded.',
}

/** `moorage access explain` */
export const explain = (io: Io) =>
  define('explain', {
    summary: 'Say whether somebody may do something in a cluster, and which rule decides',
    examples: [
      { does: 'May Ada read secrets?', run: 'moorage access explain --as ada --cluster prod get secrets -n shop' },
      {
        does: 'May the pipeline?',
        run: 'moorage access explain --as service-account/ci --cluster prod create pods -n shop',
      },
      {
        does: 'May she, in the console, from there?',
        run: 'moorage access explain --as ada --cluster prod list pods --way console --from 10.1.2.3',
      },
      { does: 'May I open a shell?', run: 'moorage access explain --cluster prod create pods/exec -n shop' },
    ],
  })
    .argument('<verb>', 'get, list, watch, create, update, patch, delete')
    .argument('<resource>', 'such as pods, pods/log, deploy, widgets.example.org or /metrics')
    .argument('[name]', 'name of the object')
    .requiredOption('--cluster <cluster>', 'id or name of the cluster')
    .option('-n, --namespace <namespace>', 'namespace (default: all, or what is in none)')
    .option('--as <who>', 'whom it is about: a user, or service-account/NAME (default: yourself)')
    .option('--group <group>', 'a group that their issuer names (may be given several times), with --as', collect)
    .addOption(new Option('--way <way>', 'how they would come, as limits go by it (default: cli)').choices(Way.options))
    .option('--from <address>', 'where they would come from (default: of yourself, here; of others, anywhere)')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (verb: string, what: string, name: string | undefined, options: Options, command) => {
      const { way, from } = options
      const arrival = { ...(way && { way }), ...(from !== undefined && { from }) }
      const asked = { ...askedFrom(verb, what, name, options), ...askedWho(options.as, options.group), ...arrival }
      await using hub = await openHub(io, command)
      const found = await hub.api.access.explain(asked, { signal: io.signal })
      const hint = hintAt(asked)
      if (hint !== null && !found.allowed) note(io, hint)
      if (options.output !== 'table') return printData(io, options.output, found)
      const by = found.wall === null ? '' : ` by ${WALLS[found.wall]}`
      const session = found.recording === null ? '' : ` ${SESSIONS[found.recording]}`
      say(io, `${found.allowed ? 'Allowed' : 'Not allowed'}${by}: ${found.because}${session}`)
    })
