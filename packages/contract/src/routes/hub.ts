import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Receipt } from '../cluster.ts'
import { Page, pageOf } from '../common.ts'
import { Change, HubInfo, Identity } from '../hub.ts'
import { CaRotation } from '../roll-out.ts'
import { route } from './route.ts'

const tags = ['hub']

export const hub = {
  rotateCa: route
    .route({
      method: 'POST',
      path: '/ca/rotate',
      tags,
      summary: 'Change the hub’s own CA, and lose no agent',
      description:
        'Makes another CA beside the one that is there and has every agent trust both, over the live tunnels, in waves, each after a dial that works. Only when all do is the hub’s certificate made anew by the new one; until then it can be asked for again and goes on where it was. With `finish` every agent is told to trust the new one alone, and the old one is retired when all do. For a hub with a CA of its own, while one replica runs.',
    })
    .input(
      z
        .strictObject({
          finish: z.boolean().default(false).describe('Retire the CA before'),
          dryRun: z.boolean().default(false).describe('Only say who would be asked'),
        })
        .meta({ examples: [{ dryRun: true }] }),
    )
    .output(CaRotation)
    .meta({ errors: ['ca_rotation_refused'], live: 'LiveRollOut' }),
  info: route
    .route({
      method: 'GET',
      path: '/info',
      tags,
      summary: 'About this hub',
      description: 'Version, store and address of the hub, and the fingerprint of its own CA where it made one.',
    })
    .output(HubInfo),
  whoami: route
    .route({
      method: 'GET',
      path: '/whoami',
      tags,
      summary: 'Who the hub takes you for',
      description: 'The identity behind the credential of this very request.',
    })
    .output(Identity),
  changes: route
    .route({
      method: 'GET',
      path: '/changes',
      tags,
      summary: 'Follow changes as server-sent events',
      description:
        'A stream of what changed, without the data: read that again. A ping comes every 15 s, also as the first event. The stream ends within 2 s of the credential’s revocation. After a reconnect read everything again, as changes in between are not replayed.',
    })
    .output(eventIterator(Change)),
  receipts: route
    .route({
      method: 'GET',
      path: '/receipts',
      tags: ['clusters'],
      summary: 'Receipts of the last 72 h',
      description: 'Receipts of clusters that were disconnected in the last 72 h, newest first.',
    })
    .input(Page.strict())
    .output(pageOf(Receipt)),
}
