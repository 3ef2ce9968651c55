import type { LookupFunction } from 'node:net'
import type { IssuerOptions } from '@moorage/contract/issuer.ts'
import * as oidc from 'openid-client'
import { Agent, fetch as undiciFetch } from 'undici'
import { MoorageError } from '../errors.ts'
import type { IssuerRow } from '../store/issuers.ts'

/** s that an issuer has for an answer: a person waits for it. */
const ANSWER_SECONDS = 10
/** ms after which an issuer's metadata and keys are read anew. */
const FRESH_MS = 10 * 60_000

/** What may be dialled. */
export interface AddressCheck {
  lookup: LookupFunction
  check(host: string): Promise<unknown>
}

/** What the hub keeps of an issuer, with its client's secret in the open. */
export interface IssuerFacts {
  name: string
  url: string
  clientId: string
  secret: string | null
  options: IssuerOptions
}

/** Clients of issuers, with what those say of themselves; kept for a while. */
export interface IssuerClients extends AsyncDisposable {
  /** Throws `issuer_failed` where the issuer does not answer as one. */
  open(issuer: IssuerFacts): Promise<oidc.Configuration>
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** Refuses plain HTTP to anything but this machine itself: whoever is in between would say who signs in. */
export function requireSafeUrl(text: string): URL {
  const url = new URL(text)
  if (url.protocol === 'https:' || LOOPBACK.test(url.hostname)) return url
  throw new MoorageError('issuer_failed', `The issuer ${url.origin} is not reached by https.`, {
    fix: 'Give the https address of the issuer.',
  })
}

const because = (error: unknown): string => {
  const messages: string[] = []
  for (let at = error; at instanceof Error && messages.length < 3; at = at.cause) messages.push(at.message)
  return messages.join(': ').slice(0, 300)
}

/** What went wrong at an issuer, as a sentence. */
export const issuerFailed = (name: string, error: unknown) =>
  new MoorageError('issuer_failed', `The issuer ${name} can not be used: ${because(error)}.`, {
    fix: 'Check its address, that the hub reaches it, its CA, and what its discovery document says.',
    cause: error,
  })

export function openIssuerClients(addresses: AddressCheck, clock: () => number): IssuerClients {
  const agents = new Map<string, Agent>()
  const known = new Map<string, { key: string; at: number; config: Promise<oidc.Configuration> }>()

  /** One way out for each set of CAs. */
  const agentFor = (ca: string | undefined): Agent => {
    const found = agents.get(ca ?? '')
    if (found) return found
    const timeout = ANSWER_SECONDS * 1000
    const agent = new Agent({
      headersTimeout: timeout,
      bodyTimeout: timeout,
      connect: { lookup: addresses.lookup, timeout, ...(ca !== undefined && { ca }) },
    })
    agents.set(ca ?? '', agent)
    return agent
  }

  const discover = async ({ url: text, clientId, secret, options, name }: IssuerFacts): Promise<oidc.Configuration> => {
    try {
      const url = requireSafeUrl(text)
      const dispatcher = agentFor(options.ca)
      const send: oidc.CustomFetch = async (address, init) => {
        // An address in numbers is not looked up, so it is checked here.
        await addresses.check(new URL(address).hostname)
        const answer = await undiciFetch(address, { ...(init as object), dispatcher })
        return answer as unknown as Response
      }
      const settings = {
        [oidc.customFetch]: send,
        timeout: ANSWER_SECONDS,
        execute: url.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
      }
      const found = await oidc.discovery(url, clientId, undefined, oidc.None(), settings)
      const server = found.serverMetadata()
      // OpenID Connect Discovery 1.0 §3: without the list it is client_secret_basic.
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
      const basic = methods.includes('client_secret_basic')
      const proof =
        secret === null ? oidc.None() : basic ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret)
      const config = new oidc.Configuration(server, clientId, undefined, proof)
      config[oidc.customFetch] = send
      config.timeout = ANSWER_SECONDS
      if (url.protocol === 'http:') oidc.allowInsecureRequests(config)
      return config
    } catch (error) {
      throw error instanceof MoorageError ? error : issuerFailed(name, error)
    }
  }

  return {
    open(issuer) {
      const key = JSON.stringify([issuer.url, issuer.clientId, issuer.secret, issuer.options.ca])
      const before = known.get(issuer.name)
      if (before?.key === key && clock() - before.at < FRESH_MS) return before.config
      const config = discover(issuer)
      known.set(issuer.name, { key, at: clock(), config })
      config.catch(() => {
        if (known.get(issuer.name)?.config === config) known.delete(issuer.name)
      })
      return config
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map(agent => agent.destroy()))
    },
  }
}

/** How an issuer is kept. */
export interface Sealing {
  seal(plain: string, context: string): { sealed: string; keyId: string }
  open(sealed: string, context: string): string
  reseal(sealed: string, context: string): { sealed: string; keyId: string } | null
}

/** What a client's secret is sealed for: it opens for this issuer at this address and no other. */
export const secretContext = (name: string, url: string) => `issuer/${name}/${url}`

/** An issuer with its client's secret opened. */
export const factsOf = (row: IssuerRow, sealing: Pick<Sealing, 'open'>): IssuerFacts => ({
  name: row.name,
  url: row.url,
  clientId: row.client_id,
  secret: row.sealed_secret === null ? null : sealing.open(row.sealed_secret, secretContext(row.name, row.url)),
  options: row.options,
})
