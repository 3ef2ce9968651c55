import type { z } from 'zod'
import { fetchManifest, Hello, noteTrouble, sayHello, Trouble } from '../../agents/contact.ts'
import { departedAgent, LateRemoval, noteLateRemoval } from '../../agents/late-removal.ts'
import { Registration, registerByToken } from '../../agents/register.ts'
import { MoorageError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { invalidInput } from '../field-messages.ts'
import { toMoorageError } from '../problem.ts'
import { readJson } from '../read-json.ts'
import { send, sendJson } from '../send.ts'
import { auditLateRemoval, auditRegistration } from './audit-agent.ts'

/** Bytes of an agent's call: a registration has about 1 KB. */
const MAX_BODY_BYTES = 16_384
/** Bytes of what an agent says that it removed: a few hundred for each object. */
const MAX_REMOVAL_BYTES = 1_048_576

/** Everything that an agent, or whoever applies its manifest, asks by plain HTTPS. */
interface AgentCall {
  method: 'GET' | 'POST'
  path: RegExp
  /** What log and metrics call it: never the address, as a token stands in one. */
  route: string
  run: (deps: ApiDeps, exchange: Exchange, inPath: string) => Promise<void>
}

const bearer = (exchange: Exchange): string | null => {
  const [, token] = /^Bearer ([\w-]{1,100})$/.exec(exchange.request.headers.authorization ?? '') ?? []
  return token ?? null
}

function requireBearer(exchange: Exchange): string {
  const token = bearer(exchange)
  if (token !== null) return token
  throw new MoorageError('join_token_invalid', 'The call carries no join token.', {
    fix: 'Send the join token as a bearer token.',
  })
}

async function readBody<T extends z.ZodObject>(
  exchange: Exchange,
  schema: T,
  maxBytes = MAX_BODY_BYTES,
): Promise<z.infer<T>> {
  const given = (await readJson(exchange.request, maxBytes)) ?? {}
  const read = schema.safeParse(given)
  if (read.success) return read.data
  throw invalidInput(read.error.issues as z.core.$ZodIssue[], given, {
    whole: 'body',
    known: Object.keys(schema.shape),
  })
}

const calls: readonly AgentCall[] = [
  {
    method: 'GET',
    path: /^\/agent\/v1\/manifest\/([\w-]{1,100})\.yaml$/,
    route: '/agent/v1/manifest',
    run: async (deps, exchange, token) => {
      send(exchange.response, 200, 'application/yaml', await fetchManifest(deps, token))
    },
  },
  {
    method: 'POST',
    path: /^\/agent\/v1\/hello$/,
    route: '/agent/v1/hello',
    run: async (deps, exchange) => {
      const token = requireBearer(exchange)
      sendJson(exchange.response, 200, await sayHello(deps, token, await readBody(exchange, Hello)))
    },
  },
  {
    method: 'POST',
    path: /^\/agent\/v1\/register$/,
    route: '/agent/v1/register',
    run: async (deps, exchange) => {
      const token = requireBearer(exchange)
      const body = await readBody(exchange, Registration)
      const registered = await auditRegistration(deps, exchange, token, () =>
        registerByToken(deps, token, body, exchange.address),
      )
      sendJson(exchange.response, 200, registered)
    },
  },
  {
    method: 'POST',
    path: /^\/agent\/v1\/trouble$/,
    route: '/agent/v1/trouble',
    run: async (deps, exchange) => {
      const token = bearer(exchange)
      const authorization = exchange.request.headers.authorization ?? ''
      const body = await readBody(exchange, Trouble)
      sendJson(exchange.response, 200, await noteTrouble(deps, token === null ? { authorization } : { token }, body))
    },
  },
  {
    method: 'POST',
    path: /^\/agent\/v1\/removed$/,
    route: '/agent/v1/removed',
    run: async (deps, exchange) => {
      // Only who has proved itself may say much.
      const agent = await departedAgent(deps, exchange.request.headers.authorization ?? '')
      const done = await readBody(exchange, LateRemoval, MAX_REMOVAL_BYTES)
      await auditLateRemoval(deps, exchange, agent)
      await noteLateRemoval(deps, agent, done)
      sendJson(exchange.response, 200, {})
    },
  },
  {
    // Reached only without an upgrade, which would have gone elsewhere.
    method: 'GET',
    path: /^\/agent\/v1\/tunnel$/,
    route: '/agent/v1/tunnel',
    run: async () => {
      throw new MoorageError('bad_request', 'The tunnel begins with an upgrade, and none was asked for.', {
        fix: 'Something between agent and hub takes the Upgrade header out: use another way, or let it pass.',
      })
    },
  },
]

/** Codes of refusals that a guesser would collect, or somebody who fills log and audit. */
const guesses = new Set([
  'join_token_invalid',
  'agent_rejected',
  'agent_key_conflict',
  'cluster_exists',
  'cluster_mismatch',
])

/**
 * Answers what is below `/agent/`. Nothing here has an identity of people:
 * each call proves itself by a join token or by the agent's key, and an
 * address that keeps failing has to wait.
 */
export async function agentCall(deps: ApiDeps, exchange: Exchange): Promise<void> {
  const { path, method, address } = exchange
  exchange.route = '/agent'
  const { refused, all } = deps.agentCalls
  const wait = Math.max(refused.waitSeconds(address, deps.now()), all.waitSeconds(address, deps.now()))
  if (wait > 0) {
    throw new MoorageError('too_many_requests', 'Too many calls of agents came from this address.', {
      fix: `Try again in ${wait} s.`,
      retryAfterS: wait,
    })
  }
  all.failed(address, deps.now())
  const found = calls.find(call => call.path.test(path))
  if (found === undefined) throw new MoorageError('not_found', 'There is nothing at this address for agents.')
  exchange.route = found.route
  if (method !== found.method) {
    exchange.response.setHeader('allow', found.method)
    throw new MoorageError('method_not_allowed', `This address does not take ${method}.`, { choices: [found.method] })
  }
  if (exchange.query.size > 0) throw new MoorageError('bad_request', 'This address takes no query parameters.')
  try {
    await found.run(deps, exchange, found.path.exec(path)?.[1] ?? '')
  } catch (error) {
    if (guesses.has(toMoorageError(error).code)) refused.failed(address, deps.now())
    throw error
  }
}
