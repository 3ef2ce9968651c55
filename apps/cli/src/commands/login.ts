import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError, usage } from '../failure.ts'
import { configPath, readConfig, withContext, writeConfig } from '../hub/config-file.ts'
import { openTarget, readCa } from '../hub/open.ts'
import { hubUrl } from '../hub/resolve.ts'
import { fingerprint, isTrusted, offeredCa, sameFingerprint } from '../hub/trust.ts'
import { canAsk, type Io, note, say } from '../io.ts'
import { spin } from '../progress/spin.ts'
import { askSecret, confirmOrCancel } from '../prompt.ts'
import { readInput } from '../read-input.ts'

interface Options {
  token?: string
  tokenFile?: string
  ca?: string
  caFingerprint?: string
  name?: string
}

/** `moorage login` */
export const login = (io: Io) =>
  define('login', {
    summary: 'Sign in to a hub and save it',
    description:
      'The hub has to answer and to take the token before anything is saved. Without --token and --token-file, the token is asked for, or read from standard input where that is no terminal.\n\n' +
      'A hub with its own CA is trusted by --ca FILE or --ca-fingerprint; without either, the fingerprint is shown and you are asked. Compare it with the one that the hub printed at its start.\n\n' +
      'Saved, for you alone, in ~/.config/moorage/config.yaml; XDG_CONFIG_HOME and MOORAGE_CONFIG change where.',
    examples: [
      { does: 'Be asked for the token', run: 'moorage login https://moorage.example.org' },
      { does: 'In a script', run: 'moorage login https://127.0.0.1:8443 --token-file token --ca ca.crt' },
      { does: 'A second hub beside the first', run: 'moorage login https://lab.example.org --name lab' },
    ],
  })
    .argument('<url>', 'address of the hub')
    .option('--token <token>', 'the token; others on this machine may see it in the list of processes')
    .option('--token-file <file>', 'file with the token, - for standard input')
    .option('--ca <file>', 'CA that the hub’s certificate is verified by, PEM')
    .option('--ca-fingerprint <sha256>', 'SHA-256 of the CA that the hub offers; anything else is refused')
    .option('--name <context>', 'name to save the hub under (default: its host)')
    .action(async (text: string, options: Options) => {
      if (options.token !== undefined && options.tokenFile !== undefined)
        throw usage('--token and --token-file exclude each other.')
      const url = hubUrl(text)
      const name = options.name ?? new URL(url).host
      const ca = await trust(io, url, options)
      const token = await tokenFor(io, url, options)
      const target = { url, token, ...(ca !== undefined && { ca }), from: 'login' }
      await using hub = await openTarget(io, target)
      const call = { signal: io.signal }
      const [who, info] = await spin(io, `Signing in to ${url}`, () =>
        Promise.all([hub.api.hub.whoami(undefined, call), hub.api.hub.info(undefined, call)]),
      )
      await writeConfig(io, withContext(await readConfig(io), { name, url, token, ...(ca !== undefined && { ca }) }))
      say(io, `Signed in to ${url} (Moorage ${info.version}) as ${who.name}. Saved as "${name}" in ${configPath(io)}.`)
    })

/** The CA to verify the hub by, or undefined where the system's CAs do. */
async function trust(io: Io, url: string, options: Options): Promise<string | undefined> {
  if (options.ca !== undefined) return readCa(options.ca)
  if (io.env.MOORAGE_CA && options.caFingerprint === undefined) return readCa(io.env.MOORAGE_CA)
  if (!url.startsWith('https:')) {
    note(io, `Careful: ${url} is not encrypted; the token can be read on its way.`)
    return undefined
  }
  if (options.caFingerprint === undefined && (await spin(io, `Reaching ${url}`, () => isTrusted(io, url))))
    return undefined
  const ca = await offeredCa(io, url)
  const found = fingerprint(ca)
  if (options.caFingerprint !== undefined) {
    if (sameFingerprint(found, options.caFingerprint)) return ca
    throw new CliError(
      'hub_untrusted',
      exitCodes.hubUnreachable,
      `The CA of ${url} has another fingerprint: ${found}.`,
      {
        fix: 'If the hub is new or its CA was replaced on purpose, use the fingerprint that it printed at its start. Otherwise somebody may be in between.',
      },
    )
  }
  note(
    io,
    `The certificate of ${url} is signed by a CA that is not known here. Its SHA-256 fingerprint is\n\n  ${found}\n`,
  )
  const how = `Give the CA with --ca FILE, or --ca-fingerprint ${found} after comparing it with what the hub printed at its start.`
  if (!canAsk(io))
    throw new CliError('hub_untrusted', exitCodes.hubUnreachable, `The CA of ${url} is not trusted here.`, { fix: how })
  await confirmOrCancel(io, 'Is this the fingerprint that the hub printed at its start?', how)
  return ca
}

async function tokenFor(io: Io, url: string, options: Options): Promise<string> {
  const token = await (async () => {
    if (options.token !== undefined) return options.token
    if (options.tokenFile !== undefined) return readInput(io, options.tokenFile, 'token')
    if (io.env.MOORAGE_TOKEN) return io.env.MOORAGE_TOKEN
    if (!io.stdin.isTTY) return readInput(io, '-', 'token')
    return askSecret(io, `Token for ${url}`)
  })()
  const trimmed = token.trim()
  if (trimmed === '')
    throw usage('The token is empty.', 'Give it with --token, --token-file or through standard input.')
  if (/[^\x21-\x7e]/.test(trimmed))
    throw usage('The token holds white space or other signs that no token has.', 'Give the token alone, on one line.')
  return trimmed
}
