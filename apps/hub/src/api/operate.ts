import { ORPCError } from '@orpc/client'
import { ValidationError } from '@orpc/contract'
import { createProcedureClient } from '@orpc/server'
import type { z } from 'zod'
import type { OperationRule } from '../access/rules.ts'
import { operationRules } from '../access/rules.ts'
import { MoorageError } from '../errors.ts'
import { findClusterTarget } from '../store/cluster-target.ts'
import { admit } from './admit.ts'
import { audited } from './audited.ts'
import type { ApiContext } from './context.ts'
import type { ApiDeps } from './deps.ts'
import type { Exchange } from './exchange.ts'
import { type InputPlace, invalidInput } from './field-messages.ts'
import { liveAnswer } from './live-answer.ts'
import { noted, noteRead } from './noted.ts'
import { operations } from './operations.ts'
import { readJson, readQuery } from './read-json.ts'
import { type Match, matchRoute, type Route } from './routes.ts'
import { sendJson } from './send.ts'
import { streamEvents } from './stream-events.ts'

/** Where the contract's paths begin. */
const BASE = '/api/v1'

/** What an address that leads nowhere counts as: asking for it needs an identity too. */
const nowhere: OperationRule = { verb: 'get', resource: 'hub', who: 'identity', changes: false }

function refuseMatch(match: Exclude<Match, { found: 'route' }>, exchange: Exchange): MoorageError {
  if (match.found === 'nothing') {
    return new MoorageError('not_found', 'There is nothing at this address of the API.', {
      fix: 'The addresses are listed at /api/docs.',
    })
  }
  exchange.response.setHeader('allow', match.allow.join(', '))
  return new MoorageError('method_not_allowed', `This address does not take ${exchange.method}.`, {
    fix: `It takes ${match.allow.join(', ')}.`,
    choices: match.allow,
  })
}

/** Where a route's input is: the body's members or the query's parameters, without what stands in its path. */
function placeOf(route: Route): InputPlace {
  const schema = route.contract['~orpc'].inputSchema as { shape?: z.ZodRawShape } | undefined
  const known = Object.keys(schema?.shape ?? {}).filter(name => !route.segments.includes(`{${name}}`))
  return { whole: route.method === 'GET' ? 'query' : 'body', known }
}

async function readInput(exchange: Exchange, route: Route, params: Record<string, string>): Promise<unknown> {
  const given = route.method === 'GET' ? readQuery(exchange.query) : ((await readJson(exchange.request)) ?? {})
  if (route.method !== 'GET' && exchange.query.size > 0) {
    throw new MoorageError('bad_request', `${route.method} takes no query parameters.`, {
      fix: 'Send them as members of the JSON body.',
    })
  }
  if (route.contract['~orpc'].inputSchema === undefined) {
    if (Object.keys(given).length > 0)
      throw invalidInput([{ code: 'unrecognized_keys', keys: [], path: [], message: '' }], given, placeOf(route))
    return undefined
  }
  const both = Object.keys(params).find(name => Object.hasOwn(given, name))
  if (both !== undefined) {
    throw new MoorageError('bad_request', `"${both}" stands in the address already.`, {
      fields: [{ path: both, message: 'stands in the address already' }],
      fix: 'Leave it out of the query and of the body.',
    })
  }
  return { ...given, ...params }
}

/** Errors of the framework in the hub's own words. */
function translate(error: unknown, route: Route): unknown {
  if (error instanceof ORPCError && error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
    const { issues, data } = error.cause
    return invalidInput(issues as unknown as z.core.$ZodIssue[], data, placeOf(route))
  }
  return error
}

const isStream = (output: unknown): output is AsyncIterable<unknown> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output

/**
 * Answers one request below `/api/v1`: match, admit, read, audit, run. The
 * framework only validates and runs: access and audit have to stand between
 * the match and the reading of the body, and there must be only one match.
 */
export async function operate(
  deps: ApiDeps,
  routes: readonly Route[],
  exchange: Exchange,
  stopping: AbortSignal,
): Promise<void> {
  const below = exchange.path.startsWith(`${BASE}/`) ? exchange.path.slice(BASE.length) : null
  const match: Match = below === null ? { found: 'nothing' } : matchRoute(routes, exchange.method, below)
  if (match.found !== 'route') {
    await admit(deps, exchange, { rule: nowhere, action: 'nothing', target: 'nothing', cluster: async () => undefined })
    throw refuseMatch(match, exchange)
  }
  const { route, params } = match
  exchange.route = route.name
  const rule = operationRules[route.name]
  const procedure = operations[route.name]
  if (rule === undefined || procedure === undefined) throw new Error(`Route ${route.name} has no rule or no operation.`)

  const ref = params.cluster
  const target = [rule.resource, ...Object.values(params)].join('/')
  const { authenticated, cluster, decision, detail } = await admit(deps, exchange, {
    rule,
    action: route.name,
    target,
    cluster: async () => (ref === undefined ? undefined : findClusterTarget(deps.store.db, ref)),
    ref,
    project: params.project,
  })
  const input = await readInput(exchange, route, params)
  const live = liveAnswer(exchange, route.meta.live !== undefined)
  const context: ApiContext = {
    deps,
    authenticated,
    request: {
      id: exchange.id,
      address: exchange.address,
      userAgent: exchange.request.headers['user-agent'] ?? '',
    },
    step: step => live.step(step),
    headers: {},
    note: { clusterId: cluster?.id ?? null, target, who: authenticated?.identity ?? null },
  }
  const run = (signal: AbortSignal) =>
    createProcedureClient(procedure, { context, path: route.name.split('.') })(input, { signal }).catch(
      (error: unknown) => {
        throw translate(error, route)
      },
    )

  const { because } = decision
  const status = route.contract['~orpc'].route.successStatus ?? 200
  const read = (status: number) =>
    noteRead(deps, exchange, { action: route.name, because, note: context.note, detail, status })
  if (route.name === 'hub.changes') {
    read(status)
    return streamEvents(deps, exchange, authenticated, stopping, async signal => {
      const output = await run(signal)
      if (!isStream(output)) throw new Error(`Route ${route.name} gave no stream.`)
      return output
    })
  }
  const output = await live.following(() =>
    rule.changes
      ? audited(
          deps,
          exchange,
          { action: route.name, because, note: context.note, successStatus: status, detail },
          // A change that was begun is finished, whether or not its client waits for it.
          () => run(new AbortController().signal),
        )
      : noted(() => run(exchange.signal), read, status),
  )
  if (authenticated === null) deps.signIns.succeeded(exchange.address, deps.now())
  if (!live.done(output)) sendJson(exchange.response, status, output, context.headers)
}
