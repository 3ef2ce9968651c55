import type { Proof, ProofReport } from '@moorage/contract/agent.ts'
import { Option } from 'commander'
import { define } from '../../define.ts'
import { exitCodes } from '../../exit-codes.ts'
import { Exit } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Paint, painter } from '../../print/colour.ts'
import { printData } from '../../print/output.ts'
import { table } from '../../print/table.ts'
import { spin } from '../../progress/spin.ts'

/** `moorage cluster prove` */
export const prove = (io: Io) =>
  define('prove', {
    summary: 'Try everything that the cluster’s mode forbids, and show which wall refuses it',
    description:
      'Each request is sent for real, as a dry run where it would do harm, against each wall with the others taken away: the hub’s, the agent’s, the API server’s. ' +
      'The report is signed with the hub’s key. Ends with 1 when something passed.',
    examples: [
      { does: 'Look at it', run: 'moorage cluster prove edge' },
      { does: 'Keep the signed report', run: 'moorage cluster prove edge -o json > proof.json' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addOption(
      new Option('-o, --output <format>', 'how to print the report').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (cluster: string, { output }: { output: 'text' | 'json' | 'yaml' }, command) => {
      await using hub = await openHub(io, command)
      const report = await spin(io, `Trying what is forbidden in ${cluster}`, () =>
        hub.api.clusters.prove({ cluster }, { signal: io.signal }),
      )
      if (output === 'text') say(io, proofText(report, painter(io.env, io.stdout)))
      else printData(io, output, report)
      if (report.holds) return
      note(io, 'Something passed a wall that should have refused it.')
      throw new Exit(exitCodes.failed)
    })

/** A row for each request, a column for each wall. */
export function proofText({ cluster, mode, at, uid, proofs, holds, key }: ProofReport, paint: Paint): string {
  const wall = (name: Proof['walls'][number]['wall']) => (proof: Proof) => {
    const found = proof.walls.find(({ wall }) => wall === name)
    if (!found || found.outcome === 'not-tried') return '–'
    return found.outcome === 'refused' ? paint('green', 'refused') : paint('red', 'PASSED')
  }
  return [
    `What ${mode} mode forbids in ${clean(cluster)} (uid ${uid}), tried ${at}:`,
    '',
    table(
      [
        { title: 'FORBIDDEN', value: ({ name }) => clean(name) },
        { title: 'HUB', value: wall('hub') },
        { title: 'AGENT', value: wall('agent') },
        { title: 'API SERVER', value: wall('api-server') },
      ],
      proofs,
    ),
    '',
    holds ? paint('green', 'Every wall holds.') : paint('red', 'A wall does not hold.'),
    `Signed with the hub’s key ${keyId(key)}; -o json has the signature.`,
  ].join('\n')
}

/** What a key is called: its thumbprint. */
function keyId(jwk: string): string {
  try {
    return clean(String(JSON.parse(jwk).kid))
  } catch {
    return 'unknown'
  }
}
