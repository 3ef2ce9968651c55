import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { directTransport } from '@moorage/kube/direct.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { insertTestCluster, type StartedApi, startTestApi } from '../api/fixtures/started-api.ts'

let api: StartedApi
/** What the API server that is played answers. */
let answer: (request: IncomingMessage, response: ServerResponse) => void
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const ca = await createCa('member-ca')
  const member: Server = createServer({
    ...(await ca.issue({ commonName: 'member', hosts: ['127.0.0.1'] })),
    maxHeaderSize: 1_048_576, // as API servers have it
  })
  member.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.endsWith('/selfsubjectaccessreviews')) return answer(request, response)
    request.resume().on('end', () => response.writeHead(201).end('{"status":{"allowed":true}}'))
  })
  member.listen(0, '127.0.0.1')
  await once(member, 'listening')
  stack.defer(() => {
    member.closeAllConnections()
    member.close()
  })
  const server = new URL(`https://127.0.0.1:${(member.address() as AddressInfo).port}`)
  const target = {
    server,
    tls: { ca: ca.certPem, insecureSkipVerify: false },
    auth: { kind: 'token' as const, token: 'x' },
  }
  const transport = stack.use(directTransport({ ...target, context: 'member' }))
  api = stack.use(await startTestApi({ transport }))
  await insertTestCluster(api.store, 'alpha')
  await api.store.db.updateTable('clusters').set({ mode: 'full' }).execute()
})
afterAll(() => stack.disposeAsync())

/** A connection to the hub on which bytes are sent as they are, and the answers read as they come. */
const opened: Disposable[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each[Symbol.dispose]()
})
async function connection() {
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  opened.push({ [Symbol.dispose]: () => void socket.destroy() })
  let came = ''
  socket.setEncoding('latin1').on('data', (piece: string) => {
    came += piece
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return {
    send: (bytes: string) => void socket.write(bytes),
    /** Resolves once it came; what had come before is forgotten. */
    async until(pattern: RegExp) {
      while (!pattern.test(came)) {
        if (socket.closed) throw new Error(`the hub closed the connection after: ${came}`)
        await Promise.race([once(socket, 'data'), once(socket, 'close')])
      }
      const text = came
      came = ''
      return text
    },
  }
}
const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'host: hub', `authorization: Bearer ${api.token}`, ...headers, '', ''].join('\r\n')
const PODS = '/k8s/alpha/api/v1/pods'

test('trailers come after the body', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { trailer: 'x-checked' })
    response.write('whole')
    response.addTrailers({ 'x-checked': 'yes' })
    response.end()
  }
  const { send, until } = await connection()
  send(head(`GET ${PODS}`, 'te: trailers'))
  expect(await until(/\r\n0\r\n[\s\S]*\r\n\r\n$/)).toMatch(/\r\n5\r\nwhole\r\n0\r\nx-checked: yes\r\n\r\n$/i)
})

const WEBSOCKET = [
  ...['connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'],
  'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
]
const EXEC = '/k8s/alpha/api/v1/namespaces/shop/pods/none/exec?command=ls'

test('why a member opens no session is told as it says it', async () => {
  const status =
    '{"kind":"Status","message":"pods \\"none\\" not found","reason":"NotFound","details":{"name":"none"}}\n'
  let origin: string | undefined
  answer = (request, response) => {
    origin = request.headers.origin
    response.writeHead(404, { 'content-type': 'application/json', 'set-cookie': 'a=b', 'cache-control': 'no-cache' })
    response.end(status)
  }
  const { send, until } = await connection()
  send(head(`GET ${EXEC}`, ...WEBSOCKET, 'origin: https://console.example.org'))
  const told = await until(/\}\n$/)
  expect(told).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/)
  expect(told.split('\r\n\r\n')[1]).toBe(status)
  expect(told).toMatch(/^cache-control: no-cache\r$/m)
  expect(told).not.toMatch(/set-cookie/i)
  expect(origin).toBe('https://console.example.org')

  answer = (_request, response) => void response.writeHead(403, { 'sec-websocket-version': '13' }).end()
  const empty = await connection()
  empty.send(head(`GET ${EXEC}`, ...WEBSOCKET))
  const refused = await empty.until(/\r\n\r\n$/)
  expect(refused).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
  expect(refused).toMatch(/^sec-websocket-version: 13\r$/m)
  expect(refused).toMatch(/^content-length: 0\r$/m)
})

test('a member that does not take the hub’s credential tells nobody that it is theirs', async () => {
  answer = (_request, response) => void response.writeHead(401).end()
  expect((await api.send(PODS)).status).toBe(502)
  const { send, until } = await connection()
  send(head(`GET ${EXEC}`, ...WEBSOCKET))
  expect(await until(/\}$/)).toMatch(/^HTTP\/1\.1 502 [\s\S]*replace-kubeconfig/)
})

test('the audit has the name of what was created, which its address does not have', async () => {
  const made = '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-x7f2q","generateName":"web-"}}\n'
  answer = (request, response) => {
    request.resume()
    response.writeHead(201, { 'content-type': 'application/json' }).end(made)
  }
  const answered = await api.send('/k8s/alpha/api/v1/namespaces/shop/pods', { method: 'POST', body: '{}' })
  expect(await answered.text()).toBe(made)
  const request = answered.headers.get('x-request-id')
  await eventually(async () => {
    const { items } = (await (await api.send(`/api/v1/audit?request=${request}`)).json()) as { items: object[] }
    expect(items).toMatchObject([
      { status: 201, name: 'web-x7f2q', resource: 'pods' },
      { status: null, name: null },
    ])
  })
})

test('a member that is busy says so itself, with when to come again', async () => {
  const status = JSON.stringify({ kind: 'Status', reason: 'TooManyRequests', code: 429, message: 'of the member' })
  const own = {
    'retry-after': '7',
    'x-kubernetes-pf-flowschema-uid': 'f',
    'x-kubernetes-pf-prioritylevel-uid': 'p',
    'content-type': 'application/json',
  }
  answer = (_request, response) => response.writeHead(429, own).end(status)
  const answered = await api.send(PODS)
  expect(answered.status).toBe(429)
  expect(Object.fromEntries(answered.headers)).toMatchObject(own)
  expect(await answered.text()).toBe(status)
})

test('each warning stays one of its own', async () => {
  answer = (_request, response) => {
    response.setHeader('warning', ['299 - "the first"', '299 - "the second, with a comma"'])
    response.end('{}')
  }
  const { send, until } = await connection()
  send(head(`GET ${PODS}`))
  const told = await until(/\{\}/)
  expect(told.match(/^warning: .*$/gim)).toEqual([
    'warning: 299 - "the first"',
    'warning: 299 - "the second, with a comma"',
  ])
})

test('bytes of whatever form pass as they came, with what says which form it is', async () => {
  const there = Buffer.from('d9d9f7a1646b696e64a0ff0d0a', 'hex')
  const back = Buffer.from('ffd9d9f7bf0d0a00', 'hex')
  let came: { type: string | undefined; accept: string | undefined; body: Buffer } | undefined
  answer = async (request, response) => {
    const { 'content-type': type, accept } = request.headers
    came = { type, accept, body: await buffer(request) }
    response.writeHead(201, { 'content-type': 'application/cbor-seq' }).end(back)
  }
  const [type, accept] = ['application/apply-patch+cbor', 'application/cbor, application/json;q=0.9']
  const answered = await fetch(`${api.url}${PODS}/web`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': type, accept },
    body: there,
  })
  expect(came).toEqual({ type, accept, body: there })
  expect(answered.headers.get('content-type')).toBe('application/cbor-seq')
  expect(Buffer.from(await answered.arrayBuffer())).toEqual(back)
})

test('who waits to be told to send a body is told', async () => {
  answer = async (request, response) => response.writeHead(201).end(`got ${await text(request)}`)
  const { send, until } = await connection()
  send(head(`POST ${PODS}`, 'content-length: 4', 'expect: 100-continue'))
  await until(/^HTTP\/1.1 100 Continue\r\n\r\n$/)
  send('{ } ')
  expect(await until(/got/)).toMatch(/^HTTP\/1.1 201 [\s\S]*got \{ \} /)
})

test('one connection serves one request after the other, whatever came of them', async () => {
  answer = async (request, response) => {
    const body = await text(request)
    response.writeHead(request.url?.endsWith('/none') ? 404 : 200).end(`<${request.method} ${body}>`)
  }
  const { send, until } = await connection()
  send(head(`GET ${PODS}`))
  await until(/<GET >/)
  send(head('GET /k8s/alpha/api/v1/none'))
  expect(await until(/<GET >/)).toContain(' 404 ')
  send(head('GET /k8s/nowhere/api'))
  expect(await until(/There is no cluster/)).not.toMatch(/^connection: close/im)
  send(`${head(`POST ${PODS}`, 'transfer-encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`)
  await until(/<POST abc>/)
  send(head(`HEAD ${PODS}`))
  expect(await until(/\r\n\r\n$/)).toMatch(/^HTTP\/1.1 200 /)
  send(head(`GET ${PODS}`) + head('GET /k8s/alpha/api/v1/none'))
  expect(await until(/<GET >[\s\S]*<GET >/)).toMatch(/ 200 [\s\S]* 404 /)
})

test('a command of many words fits into an address, as it does without the hub', async () => {
  let asked = ''
  answer = (request, response) => {
    asked = request.url ?? ''
    response.end('{}')
  }
  const script = encodeURIComponent('echo "a line of a script"; '.repeat(600))
  expect(script.length).toBeGreaterThan(24_000)
  const path = `/api/v1/namespaces/shop/pods?labelSelector=${script}`
  expect((await api.send(`/k8s/alpha${path}`)).status).toBe(200)
  expect(asked).toBe(path)
  expect((await api.send(`/k8s/alpha${path}${'x'.repeat(10_000)}`)).status).toBe(400)
  expect((await api.send(`/k8s/alpha${path}${script}`)).status).toBe(431)
})

test('who speaks HTTP/2 without having agreed on it is refused at once', async () => {
  const { send, until } = await connection()
  send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  expect(await until(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 400 /)
})

test('a watch that the member ends, ends whole; one that breaks off, breaks off', async () => {
  const line = '{"type":"ADDED"}\n'
  answer = (_request, response) => void response.write(line, () => response.end())
  const whole = await api.send(`${PODS}?watch=1&timeoutSeconds=1`)
  expect(await whole.text()).toBe(line)
  answer = (_request, response) => void response.write(line, () => response.destroy())
  const broken = await api.send(`${PODS}?watch=1`)
  await expect(broken.text()).rejects.toThrow()
})
