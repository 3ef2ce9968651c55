import type { AuditBodyPolicy } from '@moorage/contract/audit-body.ts'
import { Argument } from 'commander'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

const WORDS: Record<AuditBodyPolicy, string> = {
  off: 'No bodies of requests to',
  changes: 'Bodies of what changes something, with what could be secret masked, of requests to',
}

/** `moorage cluster audit-bodies` */
export const auditBodies = (io: Io) =>
  define('audit-bodies', {
    summary: 'Show or say whether bodies of requests to a cluster are kept with its audit',
    description:
      'Secrets, variables of containers, and what looks like a secret are masked before anything is stored; what can not be read as JSON or YAML is not kept.',
    examples: [
      { does: 'Look', run: 'moorage cluster audit-bodies prod' },
      { does: 'Keep what was changed', run: 'moorage cluster audit-bodies prod changes' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addArgument(new Argument('[policy]', 'what is to hold').choices(['off', 'changes']))
    .action(async (cluster: string, wanted: AuditBodyPolicy | undefined, _options, command) => {
      await using hub = await openHub(io, command)
      const { policy } =
        wanted === undefined
          ? await hub.api.auditBodies.policy({ cluster }, { signal: io.signal })
          : await hub.api.auditBodies.setPolicy({ cluster, policy: wanted }, { signal: io.signal })
      say(io, `${WORDS[policy]} ${cluster} are kept.`)
    })
