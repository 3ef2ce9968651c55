import type { CaRotation } from '@moorage/contract/roll-out.ts'
import { followRollOut } from '../../agent/follow-roll-out.ts'
import { define } from '../../define.ts'
import { exitCodes } from '../../exit-codes.ts'
import { Exit } from '../../failure.ts'
import { readConfig, withCa, writeConfig } from '../../hub/config-file.ts'
import { type Hub, openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printData, printList } from '../../print/output.ts'
import { agentOutcomes } from '../../views/agent-outcomes.ts'

interface Options {
  finish?: true
  dryRun?: true
  output: Format
}

/** `moorage hub rotate-ca` */
export const rotateCa = (io: Io) =>
  define('rotate-ca', {
    summary: 'Put another CA in the place of the hub’s own, and lose no agent',
    description:
      'The hub makes another CA and has every agent trust both, over the live tunnels and in waves; each tries it before it goes over. ' +
      'When all do, and not before, its certificate is made anew by the new one. An agent that is away is named: run it again when it is back, and it goes on where it was. ' +
      'With --finish every agent is told to trust the new one alone, and the old one is retired when all do.\n\n' +
      'What is saved of this hub here takes the change along. Other people sign in again, after they have compared the fingerprint.',
    examples: [
      { does: 'Who would be asked?', run: 'moorage hub rotate-ca --dry-run' },
      { does: 'Make another CA, and go over to it', run: 'moorage hub rotate-ca' },
      { does: 'Retire the one before', run: 'moorage hub rotate-ca --finish' },
    ],
  })
    .option('--finish', 'retire the CA before')
    .option('--dry-run', 'only say who would be asked')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async ({ finish, dryRun, output }: Options, command) => {
      await using hub = await openHub(io, command)
      const input = { ...(finish && { finish }), ...(dryRun && { dryRun }) }
      const done = await followRollOut(io, 'Asking the agents', live => hub.api.hub.rotateCa(input, live))
      await trustIt(io, hub, done)
      if (output === 'json' || output === 'yaml') printData(io, output, done)
      else {
        const { items, message, fingerprint } = done
        printList(io, output, { items, total: items.length }, agentOutcomes(painter(io.env, io.stdout)))
        say(io, message)
        say(io, `The hub’s certificate is signed by the CA with the SHA-256 ${fingerprint}.`)
      }
      if (!done.complete) throw new Exit(exitCodes.failed)
    })

/** Where the hub's CA is saved, all that is to be trusted now takes its place: the answer came from the hub that was trusted. */
async function trustIt(io: Io, { target }: Hub, { ca }: CaRotation): Promise<void> {
  if (target.ca === undefined || target.ca.trim() === ca.trim()) return
  await writeConfig(io, withCa(await readConfig(io), { url: target.url, ca: target.ca }, ca))
  note(io, `What is saved of ${target.url} trusts the hub’s CAs as they are now.`)
}
