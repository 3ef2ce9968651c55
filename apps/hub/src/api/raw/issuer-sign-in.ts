import type { IncomingMessage } from 'node:http'
import type { Identity } from '@moorage/contract/hub.ts'
import { readCookie, sessionCookie, signInCookie, signInCookieName } from '../../access/cookie.ts'
import { finishSignIn, SignInError, startSignIn } from '../../access/issuer-sign-in.ts'
import { requireSignInAllowed } from '../../access/sessions.ts'
import { MoorageError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'

const PATH = /^\/auth\/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/(start|callback)$/
/** Characters of the page to go on to: the longest search of the console fits. */
const MAX_THEN = 1000

/** A page of this hub, and nothing that a browser could take for another site. */
export function pageOf(then: string | null): string {
  if (then === null || then.length > MAX_THEN || !/^\/(?![/\\])[\x21-\x7e]*$/.test(then)) return '/'
  const url = URL.parse(then, 'http://hub.invalid')
  return url?.origin === 'http://hub.invalid' ? `${url.pathname}${url.search}${url.hash}` : '/'
}

/** A line of the audit for somebody who came back from an issuer. */
const note = (
  deps: ApiDeps,
  exchange: Exchange,
  issuer: string,
  { who, allowed, because, status }: { who: Identity | null; allowed: boolean; because: string; status: number },
) =>
  deps.audit.record({
    who,
    source: exchange.address,
    action: 'signIn.issuer',
    clusterId: null,
    target: `issuers/${issuer}`,
    allowed,
    because,
    status,
    requestId: exchange.id,
    durationMs: Math.round(performance.now() - exchange.startedAt),
  })

const userAgent = (request: IncomingMessage) => request.headers['user-agent'] ?? ''

/** The browser comes from another site, with which it must not share anything of this address. */
function redirect({ response }: Exchange, location: string, cookies: string[]): void {
  response.writeHead(303, { location, 'set-cookie': cookies, 'content-length': 0 })
  response.end()
}

async function start(deps: ApiDeps, exchange: Exchange, issuer: string): Promise<void> {
  requireSignInAllowed(deps.signIns, exchange.address, deps.now())
  // Another site could otherwise begin a sign-in here, again and again.
  if (exchange.request.headers['sec-fetch-site'] === 'cross-site') return redirect(exchange, '/', [])
  const { host: given } = exchange.request.headers
  const { publicUrl } = deps.info
  const then = pageOf(exchange.query.get('then'))
  // The issuer sends people back to the public address, and the cookie has to be there. Behind a proxy that changes the
  // Host header it never looks like it, so once is enough.
  if (given !== new URL(publicUrl).host && !exchange.query.has('moved')) {
    return redirect(exchange, `${publicUrl}${exchange.path}?${new URLSearchParams({ then, moved: '1' })}`, [])
  }
  // Each is kept until it comes back, so one that does not counts as a failure.
  deps.signIns.failed(exchange.address, deps.now())
  try {
    const { url, state } = await startSignIn(deps, issuer, then)
    redirect(exchange, url.href, [signInCookie(state, deps.secure)])
  } catch (error) {
    if (!(error instanceof MoorageError)) throw error
    deps.log.warn({ err: error, request: exchange.id, issuer }, 'An issuer can not be used.')
    redirect(exchange, '/?trouble=failed', [])
  }
}

async function callback(deps: ApiDeps, exchange: Exchange, issuer: string): Promise<void> {
  const { request, query, address } = exchange
  const now = deps.now()
  requireSignInAllowed(deps.signIns, address, now)
  deps.signIns.failed(address, now)
  const forget = signInCookie('', deps.secure)
  try {
    const state = readCookie(request.headers.cookie, signInCookieName(deps.secure))
    // What comes back has to be from the browser that went: anyone could send a person here as somebody else.
    if (state === undefined || query.get('state') !== state) {
      throw new SignInError('expired', 'Whoever came back from the issuer had not gone there from here.')
    }
    const search = `?${query}`
    const from = { address, userAgent: userAgent(request) }
    const { who, secret, page, leftOut, beyond, unnamed } = await finishSignIn(deps, issuer, { search, state }, from)
    if (leftOut.length > 0) {
      const line = { request: exchange.id, issuer, user: who.identity.name, groups: leftOut }
      deps.log.warn(line, 'An issuer named groups that are not its own; they do not count.')
    }
    if (beyond > 0) {
      const line = { request: exchange.id, issuer, user: who.identity.name, beyond }
      deps.log.warn(line, 'An issuer named more groups of somebody than the hub takes; those beyond do not count.')
    }
    if (unnamed.length > 0) {
      const line = { request: exchange.id, issuer, user: who.identity.name, groups: unnamed }
      deps.log.warn(line, 'An issuer named groups that no group here can be called like; they do not count.')
    }
    const more = [
      ...(beyond === 0 ? [] : [` It names ${beyond} groups more than the hub takes: those do not count.`]),
      ...(unnamed.length === 0 ? [] : [` No group here can be called ${unnamed.join(', ')}: those do not count.`]),
    ].join('')
    await note(deps, exchange, issuer, {
      who: who.identity,
      allowed: true,
      because: `Issuer ${issuer} says who that is.${more}`,
      status: 201,
    })
    // This step, and the one that began it.
    deps.signIns.succeeded(address, now)
    deps.signIns.succeeded(address, now)
    redirect(exchange, page, [forget, sessionCookie(secret, deps.secure)])
  } catch (error) {
    if (!(error instanceof SignInError) && !(error instanceof MoorageError)) throw error
    const trouble = error instanceof SignInError ? error.trouble : 'failed'
    deps.log.info({ request: exchange.id, issuer, trouble, because: error.message }, 'A sign-in at an issuer failed.')
    await note(deps, exchange, issuer, { who: null, allowed: false, because: error.message, status: 401 })
    redirect(exchange, `/?trouble=${trouble}`, [forget])
  }
}

/** Whether this is an address at which browsers go to issuers and come back. */
export const isIssuerSignIn = (path: string): boolean => path.startsWith('/auth/')

/** Sends a browser to an issuer, and takes it back. */
export async function issuerSignIn(deps: ApiDeps, exchange: Exchange): Promise<void> {
  const [, issuer, step] = PATH.exec(exchange.path) ?? []
  if (issuer === undefined) throw new MoorageError('not_found', 'There is nothing at this address.')
  exchange.route = `/auth/{issuer}/${step}`
  if (exchange.method !== 'GET') {
    exchange.response.setHeader('allow', 'GET')
    throw new MoorageError('method_not_allowed', `This address does not take ${exchange.method}.`, { choices: ['GET'] })
  }
  await (step === 'start' ? start : callback)(deps, exchange, issuer)
}
