import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { MoorageError } from '../errors.ts'

/** Everything from the hub itself, no inline script or style, no frame around it. */
const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Files below `/assets/` carry a hash of their content in their name: they never change. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * Serves the built console. Addresses without a file are pages of the console
 * itself, so they get its index; a missing asset is missing.
 */
export function consoleFiles(
  dir: string | null,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  if (dir === null || !existsSync(join(dir, 'index.html'))) {
    return async () => {
      throw new MoorageError('not_found', 'The console is not part of this hub: it was not built.', {
        fix: 'The API is below /api/v1; from a checkout, ./run builds the console.',
      })
    }
  }
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    context.header('content-security-policy', CONSOLE_CSP)
    const immutable = context.req.path.startsWith('/assets/') && context.res.ok
    context.header('cache-control', immutable ? FOR_EVER : 'no-cache')
  })
  app.use(serveStatic({ root: dir, precompressed: true }))
  app.get('/assets/*', context => context.text('There is no such file.\n', 404))
  app.get('*', serveStatic({ root: dir, path: 'index.html', precompressed: true }))
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return (request, response) => listener(request, response)
}
