import type { RequestHead } from '@moorage/tunnel/head.ts'
import type { Handle, Handling } from '@moorage/tunnel/serve.ts'
import type { Mode } from '../config/config.ts'
import { refusedByGuard } from '../guard/guard.ts'
import { headersOfRead } from '../guard/headers.ts'
import type { ApiServer } from '../member/api-server.ts'
import { headersOfAny } from './headers.ts'

/** What the agent answers itself is below this. */
export const OWN_PATHS = '/-/moorage'

export interface HandlerDeps {
  mode: Mode
  api: Pick<ApiServer, 'host' | 'connect' | 'authorization'>
  /** Ends with the process. */
  signal: AbortSignal
  /** Answers what is below `OWN_PATHS`; null where there is nothing by that name. */
  own(request: RequestHead): Handling | null
}

/** Kubernetes' own form of a refusal, so that every client can show it. */
export const refusal = (status: number, reason: string, message: string): Handling => ({
  do: 'answer',
  status,
  headers: { 'content-type': 'application/json', 'moorage-refused-by': 'agent' },
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code: status,
  }),
})

/** Decides what becomes of each request of the hub: answered here, refused, or sent on to the API server. */
export function handlerOf({ mode, api, signal, own }: HandlerDeps): Handle {
  return request => {
    if (isOwn(request.path)) {
      return own(request) ?? refusal(404, 'NotFound', 'The agent has nothing at this path.')
    }
    if (mode === 'read-only') {
      const because = refusedByGuard(request)
      if (because !== null) {
        return refusal(403, 'Forbidden', `The agent of this read-only cluster did not send the request on: ${because}.`)
      }
    }
    const kept = mode === 'read-only' ? headersOfRead(request.headers) : headersOfAny(request.headers)
    return {
      do: 'relay',
      headers: [['host', api.host], ['authorization', api.authorization()], ...kept],
      connect: () => api.connect(signal),
    }
  }
}

/** However it is spelled: nothing that may mean one of the agent's own paths goes on to the API server. */
const isOwn = (path: string) => {
  const folded = path.toLowerCase()
  return folded === '/-' || folded.startsWith('/-/')
}
