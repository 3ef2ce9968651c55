import { group } from '../define.ts'
import type { Io } from '../io.ts'
import { settings } from './agent/settings.ts'
import { upgrade } from './agent/upgrade.ts'

/** `moorage agent` */
export const agent = (io: Io) =>
  group(
    'agent',
    {
      summary: 'Look after the agents of imported clusters',
      examples: [
        { does: 'Upgrade them all', run: 'moorage agent upgrade' },
        { does: 'Tell them a new address of the hub', run: 'moorage agent settings --url https://moorage.example.org' },
      ],
    },
    [settings(io), upgrade(io)],
  ).alias('agents')
