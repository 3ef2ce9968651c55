import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import { Argument } from 'commander'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

const WORDS: Record<RecordingPolicy, string> = {
  record: 'are recorded',
  'record-or-refuse': 'are recorded, or do not begin',
  off: 'are not recorded',
}

/** `moorage cluster recording` */
export const recording = (io: Io) =>
  define('recording', {
    summary: 'Show or say whether sessions in a cluster’s pods are recorded',
    examples: [
      { does: 'Look', run: 'moorage cluster recording prod' },
      { does: 'Nothing unrecorded', run: 'moorage cluster recording prod record-or-refuse' },
      { does: 'As the hub is set', run: 'moorage cluster recording prod default' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addArgument(new Argument('[policy]', 'what is to hold').choices(['record', 'record-or-refuse', 'off', 'default']))
    .action(async (cluster: string, wanted: RecordingPolicy | 'default' | undefined, _options, command) => {
      await using hub = await openHub(io, command)
      const policy = wanted === 'default' ? null : wanted
      const found =
        policy === undefined
          ? await hub.api.recordings.policy({ cluster }, { signal: io.signal })
          : await hub.api.recordings.setPolicy({ cluster, policy }, { signal: io.signal })
      const by = found.policy === null ? ', as the hub is set' : ''
      say(io, `Sessions in ${cluster} ${WORDS[found.effective]}${by}.`)
    })
