import { collect } from '../../args/count.ts'
import { define } from '../../define.ts'
import { openHub, readCa } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'
import { readInput } from '../../read-input.ts'

interface Options {
  url: string
  clientId: string
  clientSecretFile?: string
  label?: string
  usernameClaim?: string
  usernamePrefix?: string
  trustEmail?: boolean
  groupsClaim?: string
  groupsPrefix?: string
  scope?: string[]
  ca?: string
  output: TextFormat
}

/** `moorage issuer add` */
export const add = (io: Io) =>
  define('add', {
    summary: 'Add an issuer, or change one',
    description:
      'The hub reads the issuer’s discovery document first. It prints the redirect URI that has to be allowed for the client at the issuer. People are known by what the issuer calls them (claim sub); a name that somebody of another source has is refused, so give a prefix where names could be the same.',
    examples: [
      {
        does: 'With groups, from a claim that has another name',
        run: 'moorage issuer add corp --url https://id.example.org --client-id moorage --client-secret-file secret --scope profile --scope email --scope groups --groups-claim roles',
      },
    ],
  })
    .argument('<name>', 'what it is called here')
    .requiredOption('--url <url>', 'the issuer, exactly as it calls itself')
    .requiredOption('--client-id <id>', 'the client that the issuer knows the hub by')
    .option(
      '--client-secret-file <file>',
      'file with the client’s secret, - for standard input; a public client has none',
    )
    .option('--label <text>', 'what the button says')
    .option('--username-claim <claim>', 'claim that people are called by (default: preferred_username)')
    .option('--trust-email', 'take email for a name though the issuer does not say that it has verified it')
    .option('--username-prefix <text>', 'put before each name')
    .option('--groups-claim <claim>', 'claim with the list of groups, such as realm_access.roles (default: groups)')
    .option('--groups-prefix <text>', 'put before each group')
    .option('--scope <scope>', 'asked for beside openid (may be given several times; default: profile, email)', collect)
    .option('--ca <file>', 'CA of the issuer, PEM, where the hub’s system does not know it')
    .addOption(textOutput())
    .action(async (issuer: string, { clientSecretFile, scope, ca, output, ...rest }: Options, command) => {
      const secret =
        clientSecretFile === undefined ? undefined : (await readInput(io, clientSecretFile, 'secret')).trim()
      const pem = ca === undefined ? undefined : await readCa(ca)
      await using hub = await openHub(io, command)
      const added = await hub.api.issuers.put(
        {
          issuer,
          ...rest,
          ...(secret !== undefined && { clientSecret: secret }),
          ...(scope !== undefined && { scopes: scope }),
          ...(pem !== undefined && { ca: pem }),
        },
        { signal: io.signal },
      )
      if (output !== 'text') return printData(io, output, added)
      say(io, `People can sign in at ${added.url} now. Allow this redirect URI for client ${added.clientId} there:`)
      say(io, added.redirectUri)
    })
