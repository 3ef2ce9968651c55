import { z } from 'zod'
import { Name } from '../common.ts'
import { RollOut } from '../roll-out.ts'
import { route } from './route.ts'

const tags = ['agents']

const Some = z.array(Name).max(10_000).optional().describe('Names of clusters; left out: every cluster with an agent')

export const agents = {
  settings: route
    .route({
      method: 'POST',
      path: '/agents/settings',
      tags,
      summary: 'Tell agents another address or CA of the hub',
      description:
        'Over the live tunnels. Each agent dials the hub by the new settings first and goes over to them only when that works; else it stays with the old ones and says why. In waves: one cluster, then a tenth of them, then the rest; the first that can not go over pauses everything behind it. With `dryRun` it is only said who would be asked.',
    })
    .input(
      z
        .strictObject({
          hubUrl: z
            .url({ protocol: /^https?$/ })
            .max(2048)
            .optional()
            .describe('Where agents dial from now on'),
          ca: z.string().min(1).max(262_144).optional().describe('PEM: all the CAs that are trusted then, old and new'),
          clusters: Some,
          dryRun: z.boolean().default(false),
        })
        .meta({ examples: [{ clusters: ['edge'], dryRun: true }] }),
    )
    .output(RollOut)
    .meta({ errors: [], live: 'LiveRollOut' }),
  upgrade: route
    .route({
      method: 'POST',
      path: '/agents/upgrade',
      tags,
      summary: 'Upgrade agents to the version of the hub',
      description:
        'In waves: one cluster, then a tenth of them, then the rest. A wave begins when every agent of the one before has come back with the new version; the first failure pauses everything behind it. An agent in mode full is upgraded by the hub; of a read-only one the manifest is answered, for its owner to apply. Where the new one does not come up, the outcome says why, and the image of before is put back. Rights that the new version no longer needs are taken out of the agent’s roles; where it needs more than they give, nothing is changed and the manifest is answered: only the owner of a cluster gives rights in it. With `dryRun` it is only said what would be done, and in which wave.',
    })
    .input(
      z
        .strictObject({
          clusters: Some,
          waitSeconds: z.int().min(1).max(900).default(180).describe('How long an agent may take to come back'),
          dryRun: z.boolean().default(false),
        })
        .meta({ examples: [{ clusters: ['edge'] }] }),
    )
    .output(RollOut)
    .meta({ errors: [], live: 'LiveRollOut' }),
}
