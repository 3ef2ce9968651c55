import { PassThrough, Readable } from 'node:stream'
import type { KubeObject } from '@moorage/kube/resource.ts'
import type { KubeRequest, KubeResponse, KubeTransport } from '@moorage/kube/transport.ts'

/** A cluster of one's own making: answers lists and watches from memory, and counts them. */
export interface FakeCluster {
  transport: KubeTransport
  /** Objects by resource, such as `pods`. */
  objects: Map<string, KubeObject[]>
  /** Answers in place of the above, by resource: a status code. */
  refusals: Map<string, number>
  lists: Map<string, number>
  /** Versions that watches were opened at, by resource. */
  watches: Map<string, string[]>
  /** Lists that were under way at the same time, at most. */
  listsAtOnce: number
  /** Sends a line to every open watch of the resource. */
  tell(resource: string, type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', object: object): void
}

export const object = (name: string, more: object = {}, metadata: object = {}): KubeObject => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
  ...more,
})

export function fakeCluster(listMs = 0): FakeCluster {
  const open = new Map<string, PassThrough[]>()
  let listing = 0
  const count = (of: Map<string, number>, key: string) => of.set(key, (of.get(key) ?? 0) + 1)
  const answer = (status: number, body: unknown): KubeResponse => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
    trailers: () => ({}),
  })

  async function request({ path }: KubeRequest, signal: AbortSignal): Promise<KubeResponse> {
    const url = new URL(path, 'http://cluster')
    const resource = url.pathname.split('/').at(-1) ?? ''
    const refusal = fake.refusals.get(resource)
    if (refusal !== undefined) {
      return answer(refusal, { kind: 'Status', code: refusal, message: `no ${resource} for you` })
    }
    // Before a watch resumes, one object is asked for to see whether the version is known.
    if (url.searchParams.get('limit') === '1') return answer(200, { metadata: { resourceVersion: '100' }, items: [] })
    if (!url.searchParams.has('watch')) {
      count(fake.lists, resource)
      listing += 1
      fake.listsAtOnce = Math.max(fake.listsAtOnce, listing)
      await new Promise(resolve => setTimeout(resolve, listMs))
      listing -= 1
      return answer(200, { metadata: { resourceVersion: '100' }, items: fake.objects.get(resource) ?? [] })
    }
    fake.watches.set(resource, [...(fake.watches.get(resource) ?? []), url.searchParams.get('resourceVersion') ?? ''])
    const body = new PassThrough()
    signal.addEventListener('abort', () => body.destroy(signal.reason), { once: true })
    open.set(resource, [...(open.get(resource) ?? []), body])
    return { status: 200, headers: {}, body, trailers: () => ({}) }
  }

  const fake: FakeCluster = {
    transport: {
      kind: 'direct',
      request,
      upgrade: () => Promise.reject(new Error('The fake cluster upgrades nothing.')),
      [Symbol.asyncDispose]: async () => {},
    },
    objects: new Map(),
    refusals: new Map(),
    lists: new Map(),
    watches: new Map(),
    listsAtOnce: 0,
    tell: (resource, type, told) => {
      const line = `${JSON.stringify({ type, object: told })}\n`
      for (const body of open.get(resource) ?? []) if (!body.destroyed) body.write(line)
    },
  }
  return fake
}
