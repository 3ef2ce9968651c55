import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import type { ConfigFile, HubContext } from './config-file.ts'

/** The hub to talk to, and where that was found. */
export interface HubTarget {
  url: string
  token: string
  ca?: string
  /** Path of a file with the CA, where that is how it was given. */
  caPath?: string
  from: string
}

/**
 * Which hub a command talks to: `--hub` names a saved one; else MOORAGE_URL with
 * MOORAGE_TOKEN and MOORAGE_CA; else the current one. MOORAGE_TOKEN and MOORAGE_CA
 * alone replace those of the current one. With `--hub` none of the variables is
 * looked at, so that a token never goes to a hub that it was not meant for.
 */
export function resolveHub(config: ConfigFile, env: Io['env'], name: string | undefined): HubTarget {
  if (name !== undefined) return fromContext(contextByName(config, name), `context "${name}"`)
  if (env.MOORAGE_URL) {
    if (!env.MOORAGE_TOKEN)
      throw new CliError('not_signed_in', exitCodes.denied, 'MOORAGE_URL is set and MOORAGE_TOKEN is not.', {
        fix: 'Set MOORAGE_TOKEN too, or unset MOORAGE_URL and sign in with "moorage login URL".',
      })
    return {
      url: hubUrl(env.MOORAGE_URL),
      token: env.MOORAGE_TOKEN,
      ...(env.MOORAGE_CA && { caPath: env.MOORAGE_CA }),
      from: 'MOORAGE_URL',
    }
  }
  if (config.contexts.length === 0 || config.current === undefined)
    throw new CliError(
      'not_signed_in',
      exitCodes.denied,
      config.contexts.length === 0 ? 'You are not signed in to any hub.' : 'No hub is chosen.',
      {
        fix:
          config.contexts.length === 0
            ? 'Sign in with "moorage login URL", or set MOORAGE_URL and MOORAGE_TOKEN.'
            : 'Choose one with "moorage context use NAME", or name it with --hub NAME.',
        choices: config.contexts.map(context => context.name),
      },
    )
  const target = fromContext(contextByName(config, config.current), `context "${config.current}"`)
  return {
    ...target,
    ...(env.MOORAGE_TOKEN && { token: env.MOORAGE_TOKEN }),
    ...(env.MOORAGE_CA && { caPath: env.MOORAGE_CA }),
  }
}

/** The saved context of that name. */
export function contextByName(config: ConfigFile, name: string): HubContext {
  const found = config.contexts.find(context => context.name === name)
  if (found) return found
  const names = config.contexts.map(context => context.name)
  throw new CliError('context_not_found', exitCodes.notFound, `No saved hub is called "${name}".`, {
    fix:
      names.length > 0
        ? 'These are saved; "moorage login URL --name NAME" adds one.'
        : 'Sign in with "moorage login URL".',
    choices: names,
  })
}

/** The base URL of a hub as people write it: `hub.example.org` means https. */
export function hubUrl(text: string): string {
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`)
  if (url?.username !== '' || url.search !== '' || url.hash !== '')
    throw new CliError('usage', exitCodes.usage, `"${text}" is not the address of a hub.`, {
      fix: 'Write it as https://moorage.example.org or https://127.0.0.1:8443.',
    })
  return url.href.replace(/\/+$/, '').replace(/\/api(\/v1)?$/, '')
}

function fromContext(context: HubContext, from: string): HubTarget {
  return { url: context.url, token: context.token, ...(context.ca && { ca: context.ca }), from }
}
