/**
 * A stand-in for an API server: 2 KB at /small, `?bytes=` at /big, counts what is
 * sent to /upload, and answers /watch with a line that it adds to every 10 s.
 */
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { ready, settings } from './settings.ts'

const { cert, key } = settings()
const SMALL = Buffer.alloc(2_048, 'x')
const PIECE = Buffer.alloc(65_536, 'x')
const watches = new Set<import('node:http').ServerResponse>()

const server = https.createServer({ cert, key, keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
  const url = new URL(request.url ?? '/', 'http://origin')
  if (url.pathname === '/small') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': SMALL.length })
    response.end(SMALL)
  } else if (url.pathname === '/big') {
    let left = Number(url.searchParams.get('bytes'))
    response.writeHead(200, { 'content-length': left })
    const more = () => {
      while (left > 0 && !response.destroyed) {
        const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE
        left -= piece.length
        if (!response.write(piece)) {
          response.once('drain', more)
          return
        }
      }
      response.end()
    }
    more()
  } else if (url.pathname === '/upload') {
    let bytes = 0
    request.on('data', piece => {
      bytes += piece.length
    })
    request.on('end', () => response.end(String(bytes)))
  } else {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"type":"BOOKMARK"}\n')
    watches.add(response)
    response.on('close', () => watches.delete(response))
  }
})
setInterval(() => {
  for (const watch of watches) watch.write('{"type":"BOOKMARK"}\n')
}, 10_000)
server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port))
