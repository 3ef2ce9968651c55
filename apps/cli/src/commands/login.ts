import type { LentToken } from '@moorage/contract/sign-in.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError, usage } from '../failure.ts'
import { configPath, readConfig, withContext, writeConfig } from '../hub/config-file.ts'
import { openTarget, readCa } from '../hub/open.ts'
import { contextByName, hubUrl } from '../hub/resolve.ts'
import { fingerprint, isTrusted, offeredCa, sameFingerprint } from '../hub/trust.ts'
import { canAsk, type Io, note, say } from '../io.ts'
import { spin } from '../progress/spin.ts'
import { confirmOrCancel } from '../prompt.ts'
import { readInput } from '../read-input.ts'
import { signInByBrowser } from './login/by-browser.ts'
import { signInByDevice } from './login/by-device.ts'

interface Options {
  web?: boolean
  device?: boolean
  token?: string
  tokenFile?: string
  url?: string
  ca?: string
  caFingerprint?: string
  name?: string
}

/** `moorage login` */
export const login = (io: Io) =>
  define('login', {
    summary: 'Sign in to a hub and save it',
    description:
      'Opens your browser, where you sign in with a password or at an issuer, and let this command line in; it is then good for 12 h. With --device that browser is on another machine. With --token or --token-file, or where standard input is no terminal, a token is taken instead, as for machines and for the first admin.\n\n' +
      'The hub has to answer and to take the token before anything is saved. ' +
      'A hub with its own CA is trusted by --ca FILE or --ca-fingerprint; without either, the fingerprint is shown and you are asked. Compare it with the one that the hub printed at its start.\n\n' +
      'Saved, for you alone, in ~/.config/moorage/config.yaml; XDG_CONFIG_HOME and MOORAGE_CONFIG change where.',
    examples: [
      { does: 'By your browser', run: 'moorage login https://moorage.example.org' },
      { does: 'On a machine without one', run: 'moorage login https://moorage.example.org --device' },
      { does: 'With the first admin token, in a file', run: 'moorage login https://127.0.0.1:8443 --token-file token' },
      { does: 'In a script', run: 'moorage login https://127.0.0.1:8443 --token-file token --ca ca.crt' },
      { does: 'A second hub beside the first', run: 'moorage login https://lab.example.org --name lab' },
    ],
  })
    .argument('[url]', 'address of the hub (default: the current one)')
    .option('--url <url>', 'the same, as an option')
    .option('--web', 'by the browser, also where this is no terminal')
    .option('--device', 'by a browser on another machine, into which a code is typed')
    .option('--token <token>', 'the token; others on this machine may see it in the list of processes')
    .option('--token-file <file>', 'file with the token, - for standard input')
    .option('--ca <file>', 'CA that the hub’s certificate is verified by, PEM')
    .option('--ca-fingerprint <sha256>', 'SHA-256 of the CA that the hub offers; anything else is refused')
    .option('--name <context>', 'name to save the hub under (default: its host)')
    .action(async (text: string | undefined, options: Options, command) => {
      const ways = [options.token, options.tokenFile, options.web, options.device].filter(way => way !== undefined)
      if (ways.length > 1) throw usage('--token, --token-file, --web and --device exclude each other.')
      const url = hubUrl(text ?? options.url ?? (await currentUrl(io, command.optsWithGlobals().hub)))
      const name = options.name ?? new URL(url).host
      const ca = await trust(io, url, options)
      const verified = ca !== undefined && { ca }
      const lent = await lentToken(io, { url, ...verified }, options)
      const token = lent?.token ?? (await tokenFor(io, options))
      const target = { url, token, ...verified, from: 'login' }
      await using hub = await openTarget(io, target)
      const call = { signal: io.signal }
      const [who, info] = await spin(io, `Signing in to ${url}`, () =>
        Promise.all([hub.api.hub.whoami(undefined, call), hub.api.hub.info(undefined, call)]),
      )
      const saved = { name, url, token, ...verified, ...(lent !== null && { tokenId: lent.id }) }
      await writeConfig(io, withContext(await readConfig(io), saved))
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

/** The hub that one is signed in to, for signing in again. */
async function currentUrl(io: Io, name: string | undefined): Promise<string> {
  const config = await readConfig(io)
  const known = name ?? config.current
  if (known !== undefined) return contextByName(config, known).url
  throw usage('Which hub?', 'Give its address: moorage login https://moorage.example.org')
}

/** A token that a person at a browser lends to this command line; null where a token is given otherwise. */
async function lentToken(
  io: Io,
  { url, ca }: { url: string; ca?: string },
  options: Options,
): Promise<LentToken | null> {
  const given = options.token ?? options.tokenFile ?? io.env.MOORAGE_TOKEN
  const chosen = options.web === true || options.device === true
  if (!chosen && (given !== undefined || !canAsk(io))) return null
  await using hub = await openTarget(io, { url, token: '', ...(ca !== undefined && { ca }), from: 'login' })
  return await (options.device ? signInByDevice(io, hub.api) : signInByBrowser(io, url, hub.api))
}

async function tokenFor(io: Io, options: Options): Promise<string> {
  const token = await (async () => {
    if (options.token !== undefined) return options.token
    if (options.tokenFile !== undefined) return readInput(io, options.tokenFile, 'token')
    return io.env.MOORAGE_TOKEN || readInput(io, '-', 'token')
  })()
  const trimmed = token.trim()
  if (trimmed === '')
    throw usage('The token is empty.', 'Give it with --token, --token-file or through standard input.')
  if (/[^\x21-\x7e]/.test(trimmed))
    throw usage('The token holds white space or other signs that no token has.', 'Give the token alone, on one line.')
  return trimmed
}
