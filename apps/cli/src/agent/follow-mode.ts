import type { Cluster, Mode } from '@moorage/contract/cluster.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Hub } from '../hub/open.ts'
import { type Io, note } from '../io.ts'
import { pause } from '../pause.ts'
import { spin } from '../progress/spin.ts'

/** ms between looks; the hub answers from its store. */
const LOOK_EVERY = 500

/** Waits until the rights of a mode are seen, and the agent runs in it. */
export async function followMode(io: Io, hub: Hub, cluster: string, mode: Mode, seconds: number): Promise<void> {
  const deadline = io.now().getTime() + seconds * 1000
  const name = await spin(io, `Waiting for the rights of ${mode} mode`, async ({ update }) => {
    for (;;) {
      const seen = await hub.api.clusters.get({ cluster }, { signal: io.signal })
      if (isIn(seen, mode)) return seen.name
      const why = seen.conditions.find(({ type }) => type === 'ModeVerified')?.message ?? ''
      update(`${seen.name} is in ${seen.mode} mode, its agent in ${seen.agent?.mode ?? 'no'} mode`)
      if (io.now().getTime() >= deadline) throw tooLate(seen, mode, seconds, why)
      await pause(LOOK_EVERY, io.signal)
    }
  })
  note(io, `${name} is in ${mode} mode.`)
}

/** Both say so: the agent that runs, and what its rights were seen to be. */
const isIn = ({ mode, agent, phase }: Cluster, wanted: Mode) =>
  mode === wanted && agent?.mode === wanted && (phase === 'Running' || phase === 'Warning')

const tooLate = ({ name, mode }: Cluster, wanted: Mode, seconds: number, why: string) =>
  new CliError('wait_timeout', exitCodes.timeout, `${name} is in ${mode} mode after ${seconds} s. ${why}`.trim(), {
    fix: `It changes when the manifest of ${wanted} mode is applied; "moorage cluster describe ${name}" says how it stands.`,
  })
