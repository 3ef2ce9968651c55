import { hostname } from 'node:os'
import type { MoorageClient } from '@moorage/client/client.ts'
import type { LentToken } from '@moorage/contract/sign-in.ts'
import { exitCodes } from '../../exit-codes.ts'
import { CliError } from '../../failure.ts'
import { type Io, note } from '../../io.ts'
import { pause } from '../../pause.ts'

/** Signs in by a browser on another machine: the person types a code there. */
export async function signInByDevice(io: Io, api: MoorageClient): Promise<LentToken> {
  const call = { signal: io.signal }
  const asked = await api.signIn.device({ client: hostname().slice(0, 100) }, call)
  note(io, `On any machine with a browser, go to\n\n  ${asked.url}\n\nand type the code\n\n  ${asked.userCode}\n`)
  while (io.now() < new Date(asked.expiresAt)) {
    await pause(asked.intervalSeconds * 1000, io.signal)
    const answer = await api.signIn.pollDevice({ deviceCode: asked.deviceCode }, call)
    if (answer.state === 'allowed') return answer.token
    if (answer.state === 'refused') {
      throw new CliError('refused', exitCodes.denied, 'The command line was not let in.', { fix: 'Sign in again.' })
    }
  }
  throw new CliError('timeout', exitCodes.timeout, 'Nobody typed the code in time.', {
    fix: 'Run "moorage login --device" again.',
  })
}
