import { router } from '@moorage/contract/router.ts'
import type { RouteMeta } from '@moorage/contract/routes/route.ts'
import type { AnyContractProcedure } from '@orpc/contract'

/** One route of the contract, ready to be matched. */
export interface Route {
  /** Its place in the contract, such as `clusters.list`. */
  name: string
  method: string
  /** `/clusters/{cluster}`, for metrics and logs: never the address as it was sent. */
  pattern: string
  segments: readonly string[]
  contract: AnyContractProcedure
  meta: RouteMeta
}

export type Match =
  | { found: 'route'; route: Route; params: Record<string, string> }
  | { found: 'method'; allow: string[] }
  | { found: 'nothing' }

/** Every route of the contract. */
export function contractRoutes(): Route[] {
  const routes: Route[] = []
  for (const [area, procedures] of Object.entries(router)) {
    for (const [operation, contract] of Object.entries(procedures)) {
      const { method, path } = contract['~orpc'].route
      if (method === undefined || path === undefined) {
        throw new Error(`Route ${area}.${operation} of the contract has no method or no path.`)
      }
      routes.push({
        name: `${area}.${operation}`,
        method,
        pattern: path,
        segments: path.split('/').slice(1),
        contract,
        meta: contract['~orpc'].meta as RouteMeta,
      })
    }
  }
  return routes
}

/** Decodes one path segment; undefined where it is not plain: bad escapes, and what could be taken for a path. */
function decodeSegment(segment: string): string | undefined {
  let text: string
  try {
    text = decodeURIComponent(segment)
  } catch {
    return undefined
  }
  return text === '' || text === '.' || text === '..' || /[/\\\0-\x1f\x7f]/.test(text) ? undefined : text
}

function bind(route: Route, segments: readonly string[]): Record<string, string> | undefined {
  if (route.segments.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, wanted] of route.segments.entries()) {
    const given = segments[i] ?? ''
    if (wanted.startsWith('{')) {
      const value = decodeSegment(given)
      if (value === undefined) return undefined
      params[wanted.slice(1, -1)] = value
    } else if (wanted !== given) return undefined
  }
  return params
}

/**
 * Finds the route for a path below `/api/v1`. Exact: no trailing slashes, no
 * doubled slashes, no dot segments, no other letter case, and no header that
 * overrides the method.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const segments = path.split('/').slice(1)
  const allow: string[] = []
  for (const route of routes) {
    const params = bind(route, segments)
    if (params === undefined) continue
    if (route.method === method) return { found: 'route', route, params }
    allow.push(route.method)
  }
  return allow.length > 0 ? { found: 'method', allow } : { found: 'nothing' }
}
