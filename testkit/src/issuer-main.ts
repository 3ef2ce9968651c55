/**
 * An OpenID Connect issuer in a process of its own, on loopback: `issuer-main.ts SETTINGS.json`. Whoever types the name
 * of an account is that account. The settings are read anew at each use, so tests can change them.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Context, Provider } from 'oidc-provider'
import type { IssuerSettings } from './issuer-process.ts'

const path = process.argv[2] ?? ''
const read = (): IssuerSettings & { url: string } => JSON.parse(readFileSync(path, 'utf8'))
const { url, clients, claimsInToken } = read()
const SCOPES = 'openid profile email groups'

const provider: Provider = new Provider(url, {
  clients: clients.map(({ id, secret, redirectUris, signedOutUris = [] }) => ({
    client_id: id,
    ...(secret === undefined ? { token_endpoint_auth_method: 'none' } : { client_secret: secret }),
    redirect_uris: redirectUris,
    post_logout_redirect_uris: signedOutUris,
  })),
  claims: {
    openid: ['sub'],
    profile: ['name', 'preferred_username'],
    email: ['email', 'email_verified'],
    groups: ['groups'],
  },
  conformIdTokenClaims: claimsInToken !== true,
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  cookies: { keys: ['only-for-tests'] },
  interactions: { url: (_context: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
  findAccount: (_context: Context, accountId: string) => {
    const claims = read().accounts[accountId]
    return claims && { accountId, claims: () => ({ sub: accountId, preferred_username: accountId, ...claims }) }
  },
  // Nobody is asked for consent.
  loadExistingGrant: async ({ oidc }: Context) => {
    const { clientId } = oidc.client
    const known = oidc.session.grantIdFor(clientId)
    const found = known === undefined ? undefined : await oidc.provider.Grant.find(known)
    if (found) return found
    const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId })
    grant.addOIDCScope(SCOPES)
    await grant.save()
    return grant
  },
})

const page = (action: string) => `<!doctype html><html lang="en"><title>Issuer</title><main><h1>Issuer</h1>
<form method="post" action="${action}"><label>Account <input name="account" autofocus></label><button>Continue</button></form></main></html>`

const accountOf = async (request: IncomingMessage) => new URLSearchParams(await text(request)).get('account') ?? ''
const serve = provider.callback()
createServer((request, response) => {
  const at = /^\/interaction\/[\w-]+$/.exec(request.url ?? '')?.[0]
  if (at === undefined) return serve(request, response)
  if (request.method === 'GET') return response.setHeader('content-type', 'text/html').end(page(at))
  accountOf(request)
    .then(accountId =>
      provider.interactionFinished(
        request,
        response,
        read().accounts[accountId] ? { login: { accountId } } : { error: 'access_denied' },
      ),
    )
    .catch(error => {
      response.statusCode = 500
      response.end(String(error))
    })
}).listen(Number(new URL(url).port), new URL(url).hostname)
