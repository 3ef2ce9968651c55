import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { AuditHead, type AuditVerdict } from '@moorage/contract/audit.ts'
import { define } from '../../define.ts'
import { exitCodes } from '../../exit-codes.ts'
import { Exit, usage } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'
import { spin } from '../../progress/spin.ts'
import { readInput } from '../../read-input.ts'

/** A head that was kept in a file, with the signature found good. */
async function readHead(io: Io, path: string): Promise<AuditHead> {
  const parsed = AuditHead.safeParse(parse(await readInput(io, path, 'head')))
  const from = path === '-' ? 'standard input' : path
  if (!parsed.success)
    throw usage(`What ${from} holds is no head of an audit log.`, 'Write one with "moorage audit head > FILE".')
  const { instance, seq, hash, at, publicKey, signature } = parsed.data
  const statement = Buffer.from(JSON.stringify(['moorage-audit', 1, instance, 'head', seq, hash, at]))
  if (!isSigned(statement, publicKey, signature))
    throw usage(`The head in ${from} was changed: its signature does not match.`)
  return parsed.data
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // It is said in a sentence by the caller.
  }
}

function isSigned(statement: Buffer, publicKey: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return verifySignature(null, statement, key, Buffer.from(signature, 'base64'))
  } catch {
    return false // No key at all.
  }
}

/** What all parts together have found. */
interface Whole extends Pick<AuditVerdict, 'lines' | 'last' | 'signed' | 'pruned' | 'faults'> {
  /** Whether the head that was kept is of a line that was pruned since. */
  headPruned: boolean
}

/** `moorage audit verify` */
export const verify = (io: Io) =>
  define('verify', {
    summary: 'Look whether any line of the audit log was changed, taken out, put in, moved or cut off',
    description:
      'The hub walks the chain of hashes and compares it with the heads that it has signed. ' +
      'Who has the database and the hub’s keys could write all of it anew: a head that was kept elsewhere shows that too. Ends with 1 when something is wrong.',
    examples: [
      { does: 'All of it', run: 'moorage audit verify' },
      { does: 'Against a head that was kept outside of the hub', run: 'moorage audit verify --head head.json' },
    ],
  })
    .option('--head <file>', 'file with what "moorage audit head" once printed, - for standard input')
    .addOption(textOutput())
    .action(async ({ head: path, output }: { head?: string; output: TextFormat }, command) => {
      const kept = path === undefined ? undefined : await readHead(io, path)
      await using hub = await openHub(io, command)
      if (kept !== undefined) {
        const { instance } = await hub.api.hub.info(undefined, { signal: io.signal })
        if (instance !== kept.instance) throw usage('The head is of another hub.', 'Look at its "instance".')
      }
      const found = await spin(io, 'Verifying the audit log', async ({ update }) => {
        const whole: Whole = { lines: 0, last: null, signed: null, pruned: null, faults: [], headPruned: false }
        let after: number | null = 0
        while (after !== null) {
          const of = kept === undefined ? {} : { seq: kept.seq, hash: kept.hash }
          const part: AuditVerdict = await hub.api.audit.verify({ after, ...of }, { signal: io.signal })
          const { lines, faults, next, ...rest } = part
          Object.assign(whole, rest)
          whole.lines += lines
          whole.faults.push(...faults)
          update(`Verifying the audit log, ${whole.lines} lines`)
          after = next
        }
        whole.headPruned = kept !== undefined && kept.seq <= (whole.pruned?.to ?? 0)
        return whole
      })
      if (output !== 'text') printData(io, output, found)
      else tell(io, found, kept)
      if (found.faults.length > 0) throw new Exit(exitCodes.failed)
    })

function tell(io: Io, { lines, last, signed, pruned, faults, headPruned }: Whole, kept: AuditHead | undefined): void {
  for (const { message } of faults) say(io, clean(message))
  if (faults.length === 0) {
    say(
      io,
      `The audit log is whole: ${lines} lines up to line ${last?.seq ?? 0}, the newest signed one is line ${signed ?? 0}.`,
    )
    if (kept !== undefined && !headPruned) say(io, `It goes on from line ${kept.seq}, as it was kept.`)
  }
  if (pruned !== null)
    note(io, `Lines up to ${pruned.to} were deleted ${pruned.at}, as they were older than the hub keeps them.`)
  if (headPruned)
    note(io, 'The head that was given is of one of those, so nothing was compared with it. Keep a newer one.')
}
