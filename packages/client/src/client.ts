import { LIVE_TYPE } from '@moorage/contract/live-check.ts'
import { router } from '@moorage/contract/router.ts'
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { followSteps, isLive, type LiveReader } from './live-check.ts'
import { ProblemError, problemFrom } from './problem-error.ts'
import { HubUnreachableError } from './unreachable-error.ts'

export interface ClientOptions {
  /** Address of the hub, without `/api/v1`. */
  url: string | URL
  /** Sent as a bearer token. A browser that signed in leaves it out: its cookie goes along. */
  token?: string | undefined
  /** Instead of the global fetch: for a private CA, a proxy, or a test. */
  fetch?: ((request: Request) => Promise<Response>) | undefined
  headers?: Readonly<Record<string, string>> | undefined
}

/** What one call can be given beside its input and signal. */
export interface CallContext extends LiveReader {}

/** The typed client: one method per route of the contract. */
export type MoorageClient = ContractRouterClient<typeof router, CallContext>

/**
 * A client of one hub. Its methods reject with a `ProblemError` when the hub
 * refuses or fails, and with a `HubUnreachableError` when nothing answers.
 */
export function moorageClient(options: ClientOptions): MoorageClient {
  const base = new URL(options.url)
  const root = `${base.origin}${base.pathname.replace(/\/+$/, '')}`
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request))
  const link = new OpenAPILink<CallContext>(router, {
    url: `${root}/api/v1`,
    headers: {
      ...options.headers,
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    fetch: async (request, _init, { context }) => {
      const live = context.onStep !== undefined || context.onRollOut !== undefined
      if (live) request.headers.set('accept', `${LIVE_TYPE}, application/json`)
      let response: Response
      try {
        response = await send(request)
      } catch (error) {
        if (request.signal.aborted) throw error
        throw new HubUnreachableError(root, error)
      }
      if (!response.ok || !isOfHub(response)) throw await problemFrom(response)
      if (!live || !isLive(response)) return response
      try {
        return await followSteps(response, context)
      } catch (error) {
        if (request.signal.aborted || error instanceof ProblemError) throw error
        throw new HubUnreachableError(root, error)
      }
    },
  })
  return createORPCClient(link)
}

/** A page that some other server, or the console, has for any path is no answer of the API. */
const isOfHub = ({ status, headers }: Response) =>
  status === 204 || /^(application\/([\w.-]+\+)?json|text\/event-stream)\b/i.test(headers.get('content-type') ?? '')
