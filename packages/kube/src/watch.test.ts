import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { KubeStatusError, TransportError } from './errors.ts'
import type { KubeObject, Resource } from './resource.ts'
import type { KubeRequest, KubeResponse, KubeTransport } from './transport.ts'
import { type WatchMessage, watchResource } from './watch.ts'

const pods: Resource = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true }
const fast = { backOff: { baseMs: 1, capMs: 2 } }

type Answer = { status?: number; body: unknown } | Error

const json = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body))

const answerOf = (answer: Exclude<Answer, Error>, signal: AbortSignal): KubeResponse => {
  const { body, status = 200 } = answer
  const stream = body instanceof Readable ? body : Readable.from([Buffer.from(json(body))], { objectMode: false })
  signal.addEventListener('abort', () => stream.destroy(signal.reason))
  return { status, headers: {}, body: stream, trailers: () => ({}) }
}

/** Gives one answer after the other; when there are no more, requests wait for their signal. */
const scripted = (answers: Answer[]) => {
  const requests: URL[] = []
  const transport: KubeTransport = {
    kind: 'direct',
    async request(request: KubeRequest, signal: AbortSignal) {
      requests.push(new URL(request.path, 'https://cluster'))
      const answer = answers.shift()
      if (answer instanceof Error) throw answer
      if (answer) return answerOf(answer, signal)
      return new Promise<never>((_, reject) => {
        const stop = () => reject(new TransportError('aborted', 'Given up.'))
        signal.addEventListener('abort', stop, { once: true })
      })
    },
    upgrade: () => Promise.reject(new Error('not here')),
    async [Symbol.asyncDispose]() {},
  }
  return { transport, requests }
}

const pod = (name: string, resourceVersion: string) => ({ metadata: { name, uid: name, resourceVersion } })
const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`
const list = (names: string[], resourceVersion: string, next = '') => ({
  items: names.map(name => pod(name, '1')),
  metadata: { resourceVersion, continue: next },
})
/** The answer to the question whether a version is known. */
const known = { body: list([], '10') }
const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }

/** Takes messages until there are `count`, then stops the watch. */
const take = async (
  transport: KubeTransport,
  count: number,
  options: Partial<Parameters<typeof watchResource>[2]> = {},
) => {
  const stop = new AbortController()
  const messages: WatchMessage<KubeObject>[] = []
  for await (const message of watchResource(transport, pods, { ...fast, ...options, signal: stop.signal })) {
    messages.push(message)
    if (messages.length === count) stop.abort()
  }
  return messages
}

const types = (messages: WatchMessage<KubeObject>[]) => messages.map(({ type }) => type)

test('lists in pages, then watches from where the list was', async () => {
  const { transport, requests } = scripted([
    { body: list(['a', 'b'], '10', 'next one') },
    { body: list(['c'], '10') },
    { body: line('ADDED', pod('d', '11')) + line('BOOKMARK', pod('', '12')) },
  ])
  const messages = await take(transport, 7, { pageSize: 2, labelSelector: 'app=web', namespace: 'shop' })
  expect(types(messages)).toEqual(['restarted', 'page', 'page', 'listed', 'opened', 'changes', 'bookmark'])
  const query = (index: number) => Object.fromEntries(requests[index]?.searchParams ?? [])
  expect(requests[0]?.pathname).toBe('/api/v1/namespaces/shop/pods')
  expect(query(0)).toEqual({ limit: '2', labelSelector: 'app=web' })
  expect(query(1)).toEqual({ limit: '2', labelSelector: 'app=web', continue: 'next one' })
  expect(query(2)).toMatchObject({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: '10',
    labelSelector: 'app=web',
  })
  expect(Number(query(2).timeoutSeconds)).toBeGreaterThan(200)
})

test('goes on from a stored version without a list, and again after each end', async () => {
  const { transport, requests } = scripted([
    known,
    { body: line('ADDED', pod('d', '11')) },
    known,
    { body: line('DELETED', pod('d', '14')) },
    new TransportError('refused', 'Nobody there.'),
    known,
    { body: line('BOOKMARK', pod('', '20')) },
  ])
  const messages = await take(transport, 9, { resumeFrom: '10', random: () => 0.5 })
  expect(types(messages)).toEqual([
    'opened',
    'changes',
    'trouble',
    'opened',
    'changes',
    'trouble',
    'trouble',
    'opened',
    'bookmark',
  ])
  const asked = requests.map(({ searchParams }) => [searchParams.has('watch'), searchParams.get('resourceVersion')])
  expect(asked).toEqual([
    [false, '10'],
    [true, '10'],
    [false, '11'],
    [true, '11'],
    [false, '14'],
    [false, '14'],
    [true, '14'],
  ])
  expect(requests[0]?.search).toBe('?limit=1&resourceVersion=10&resourceVersionMatch=NotOlderThan')
})

test('an expired version leads to a full list, by status and within the watch', async () => {
  for (const expired of [{ status: 410, body: gone }, { body: line('ERROR', gone) }]) {
    const { transport } = scripted([
      known,
      expired,
      { body: list(['a'], '30') },
      { body: line('ADDED', pod('b', '31')) },
    ])
    const messages = await take(transport, expired.status ? 5 : 6, { resumeFrom: '10' })
    expect(types(messages).filter(type => type !== 'opened')).toEqual(['restarted', 'page', 'listed', 'changes'])
  }
})

test('an expired page starts the list anew', async () => {
  const { transport, requests } = scripted([
    { body: list(['a'], '10', 'c1') },
    { status: 410, body: gone },
    { body: list(['a'], '20', 'c2') },
    { body: list(['b'], '20') },
  ])
  const messages = await take(transport, 6)
  expect(types(messages)).toEqual(['restarted', 'page', 'restarted', 'page', 'page', 'listed'])
  expect(requests.map(url => url.searchParams.get('continue'))).toEqual([null, 'c1', null, 'c2'])
})

test('what came before an error in the same bytes is told first', async () => {
  const body = line('ADDED', pod('a', '11')) + line('ERROR', { kind: 'Status', code: 500, message: 'oh' })
  const { transport, requests } = scripted([known, { body }, known, { body: line('ADDED', pod('b', '12')) }])
  const messages = await take(transport, 4, { resumeFrom: '10', random: () => 0.9 })
  expect(types(messages)).toEqual(['opened', 'changes', 'trouble', 'opened'])
  expect(requests.at(-1)?.searchParams.get('resourceVersion')).toBe('11')
})

test('a watch cut within a line resumes before that line', async () => {
  const whole = line('ADDED', pod('b', '12'))
  const { transport, requests } = scripted([
    known,
    { body: line('ADDED', pod('a', '11')) + whole.slice(0, 20) },
    known,
    { body: whole },
  ])
  const messages = await take(transport, 5, { resumeFrom: '10', random: () => 0.9 })
  expect(types(messages)).toEqual(['opened', 'changes', 'trouble', 'opened', 'changes'])
  expect(requests.at(-1)?.searchParams.get('resourceVersion')).toBe('11')
})

test('forbidden and unknown kinds are thrown', async () => {
  for (const status of [403, 404]) {
    const { transport } = scripted([{ status, body: { kind: 'Status', reason: 'No', message: 'no' } }])
    await expect(take(transport, 1)).rejects.toBeInstanceOf(KubeStatusError)
  }
})

test('a watch that nothing comes from is given up and opened again', async () => {
  const silent = new Readable({ read() {} })
  const { transport, requests } = scripted([known, { body: silent }, known, { body: line('BOOKMARK', pod('', '11')) }])
  const options = { resumeFrom: '10', watchSeconds: 0, idleGraceMs: 20, random: () => 0.5 }
  const messages = await take(transport, 4, options)
  expect(types(messages)).toEqual(['opened', 'trouble', 'opened', 'bookmark'])
  expect(messages[1]).toMatchObject({ error: { reason: 'timeout' } })
  expect(silent.destroyed).toBe(true)
  expect(requests).toHaveLength(4)
})

test('a slow reader holds the source back', async () => {
  let produced = 0
  const source = new Readable({
    highWaterMark: 1024,
    read() {
      produced++
      this.push(Buffer.from(line('MODIFIED', pod('x'.repeat(1_000), String(100 + produced)))))
    },
  })
  const { transport } = scripted([known, { body: source }])
  const stop = new AbortController()
  const watch = watchResource(transport, pods, { ...fast, resumeFrom: '10', signal: stop.signal })
  await watch.next()
  await watch.next()
  const before = produced
  await new Promise(resolve => setImmediate(resolve))
  expect(produced - before).toBeLessThan(4)
  stop.abort()
  expect((await watch.next()).done).toBe(true)
  expect(source.destroyed).toBe(true)
})

test('leaving the loop closes the connection', async () => {
  const silent = new Readable({ read() {} })
  const { transport } = scripted([known, { body: silent }])
  const { signal } = new AbortController()
  for await (const message of watchResource(transport, pods, { ...fast, resumeFrom: '10', signal })) {
    if (message.type === 'opened') break
  }
  expect(silent.destroyed).toBe(true)
})

test('an aborted signal ends it without an error, whatever it is doing', async () => {
  const { transport } = scripted([])
  const stop = new AbortController()
  const watch = watchResource(transport, pods, { ...fast, signal: stop.signal })
  const next = watch.next()
  stop.abort()
  expect((await next).done).toBe(true)
  const late = watchResource(transport, pods, { ...fast, signal: AbortSignal.abort() })
  expect((await late.next()).done).toBe(true)
})
