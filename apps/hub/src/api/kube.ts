import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Way } from '@moorage/contract/limits.ts'
import { arrivedFrom } from '../access/arrival.ts'
import { decide } from '../access/decide.ts'
import { credentialOf } from '../access/identity.ts'
import { rolesOnRecording } from '../access/recording-policy.ts'
import { keepBodies } from '../bodies/bodies.ts'
import { makeCrowd } from '../kubeproxy/crowd.ts'
import type { ProxyDeps } from '../kubeproxy/deps.ts'
import type { Asked } from '../kubeproxy/gate.ts'
import { serve } from '../kubeproxy/serve.ts'
import { type Standing, standing } from '../kubeproxy/standing.ts'
import { type Switching, switchProtocol } from '../kubeproxy/switch.ts'
import type { ApiDeps } from './deps.ts'
import type { Exchange } from './exchange.ts'
import { RECHECK_MS } from './limits.ts'
import { guardHeaders } from './send.ts'

/** What log and metrics call requests to clusters: those that are answered, and those that go on for long. */
const ROUTE = '/k8s/{cluster}'
export const LONG_ROUTE = '/k8s/{cluster}/long'

/** A request to go on as another protocol. */
export interface UpgradeAsked {
  id: string
  request: IncomingMessage
  socket: Duplex
  head: Buffer
}

/** Passes requests below `/k8s/` on to clusters. */
export interface KubeApi extends Disposable {
  /** Calls `cut` when `allowed` says no any more: rights are looked at whenever they change, and every second. */
  hold: Standing['hold']
  answer(exchange: Exchange, stopping: AbortSignal, by?: Pick<Asked, 'way' | 'who'>): Promise<void>
  upgrade(asked: UpgradeAsked, stopping: AbortSignal, how?: { way?: Way } & Omit<Switching, 'headers'>): Promise<void>
}

export function kubeApi(deps: ApiDeps): KubeApi {
  const held = standing(RECHECK_MS)
  const changed = deps.policy.changed(held.recheck)
  const proxy: ProxyDeps = {
    ...deps,
    standing: held,
    crowd: makeCrowd(),
    authenticate: async (headers, address) => {
      const { identity, via } = await deps.credentials.who(credentialOf(headers, deps.secure))
      return { identity: arrivedFrom(identity, address), via }
    },
    decide: (who, request) => decide(who, request, deps.policy.current(), deps.now()),
    rolesOnRecording: (who, requests) => rolesOnRecording(who, requests, deps.policy.current(), deps.now()),
    groupsOf: who => deps.policy.current().groupsOf(who),
    members: deps.ways,
    bodies: keepBodies({
      ...deps,
      clock: () => performance.now(),
      failed: (request, err) => {
        deps.metrics.auditFailed()
        deps.log.error({ err, request }, 'The body of a request could not be kept. Its line is.')
      },
    }),
  }
  return {
    hold: held.hold,

    async answer(exchange, stopping, by = {}) {
      const { id, request, response, address, startedAt, signal } = exchange
      exchange.route = ROUTE
      const onStop = () => void endLong(exchange, response)
      stopping.addEventListener('abort', onStop, { once: true })
      try {
        const began = { ...by, id, request, address, startedAt, signal }
        const begun = (who: string, long: boolean) => {
          exchange.who = who
          if (long) exchange.route = LONG_ROUTE
        }
        await serve(proxy, { ...began, begun }, response)
      } finally {
        stopping.removeEventListener('abort', onStop)
      }
    },

    [Symbol.dispose]() {
      changed[Symbol.dispose]()
      held[Symbol.dispose]()
    },

    async upgrade({ id, request, socket, head }, stopping, { way, ...how } = {}) {
      const startedAt = performance.now()
      const address = request.socket.remoteAddress ?? ''
      let identity: string | null = null
      const begun = (who: string) => {
        identity = who
      }
      const asked = { id, way, request, address, startedAt, signal: stopping, begun }
      const status = await switchProtocol(proxy, asked, socket, head, {
        ...how,
        headers: { ...guardHeaders, 'x-request-id': id },
      })
      const ms = Math.round(performance.now() - startedAt)
      deps.log.info(
        { request: id, route: LONG_ROUTE, method: request.method, status, ms, who: identity, address },
        'request',
      )
    },
  }
}

/** Streams would hold up a hub that stops; their clients open them again elsewhere. */
function endLong({ route }: Exchange, response: ServerResponse): void {
  if (route === LONG_ROUTE) response.destroy()
}
