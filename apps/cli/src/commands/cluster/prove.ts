import type { Proof, ProofReport } from '@moorage/contract/agent.ts'
import { type Command, Option } from 'commander'
import { define } from '../../define.ts'
import { exitCodes } from '../../exit-codes.ts'
import { Exit, usage } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Paint, painter } from '../../print/colour.ts'
import { printData } from '../../print/output.ts'
import { table } from '../../print/table.ts'
import { spin } from '../../progress/spin.ts'
import { readInput } from '../../read-input.ts'
import { checkProof, type ProofKey, readProofKey } from './check-proof.ts'

interface Options {
  check?: string
  key?: string
  output: 'text' | 'json' | 'yaml'
}

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
      { does: 'Check one that was kept, against the key of the hub', run: 'moorage cluster prove --check proof.json' },
      {
        does: 'The same without the hub',
        run: 'moorage version -o json > hub.json; moorage cluster prove --check proof.json --key hub.json',
      },
    ],
  })
    .argument('[cluster]', 'name or id')
    .option('--check <file>', 'check a report that was kept, - for standard input; nothing is tried')
    .option(
      '--key <file>',
      'public key for --check: a JWK, or a file that has it, such as "version -o json" (default: asks the hub)',
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print the report').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (cluster: string | undefined, options: Options, command) => {
      const { output } = options
      if (options.check !== undefined) {
        if (cluster !== undefined) throw usage('--check looks at a report that was kept, and takes no cluster.')
        const text = await readInput(io, options.check, 'report')
        const key =
          options.key === undefined
            ? await keyOfHub(io, command)
            : readProofKey(await readInput(io, options.key, 'key'))
        const report = checkProof(text, key)
        if (output === 'text') {
          say(io, proofText(report, painter(io.env, io.stdout)))
          say(io, `The signature is good: it was made by the key ${clean(key.id)}.`)
        } else printData(io, output, report)
        if (!report.holds) throw new Exit(exitCodes.failed)
        return
      }
      if (options.key !== undefined) throw usage('--key is for --check.')
      if (cluster === undefined) throw usage('Name a cluster, or a report with --check.')
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

/** The key that the hub of the context signs with. */
async function keyOfHub(io: Io, command: Command): Promise<ProofKey> {
  await using hub = await openHub(io, command)
  return readProofKey((await hub.api.hub.info(undefined, { signal: io.signal })).proofKey)
}

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
