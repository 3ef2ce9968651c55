import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@moorage/testkit/eventually.ts'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { expect, test } from 'vitest'
import { targetsOf } from '../test/direct.ts'
import { httpsServer } from '../test/servers.ts'
import { directTransport } from './direct.ts'
import type { Resource } from './resource.ts'
import { watchResource } from './watch.ts'

const pods: Resource = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true }
const MIB = 1024 * 1024

test('a watch that is read slowly is sent slowly: what is in between does not grow', async () => {
  const ca = await createCa('kubernetes')
  const certificate = await ca.issue({ commonName: 'api', hosts: ['127.0.0.1'] })
  const padding = 'x'.repeat(50_000)
  let version = 100
  let sent = 0
  // Sends events for as long as the connection takes them.
  await using api = await httpsServer(certificate, (request, response) => {
    if (!request.url?.includes('watch=true')) {
      return void response.end(JSON.stringify({ items: [], metadata: { resourceVersion: '100' } }))
    }
    const send = () => {
      let more = true
      while (more) {
        const object = { metadata: { name: 'a', resourceVersion: String(++version) }, padding }
        const line = `${JSON.stringify({ type: 'MODIFIED', object })}\n`
        sent += line.length
        more = response.write(line)
      }
      response.once('drain', send)
    }
    send()
  })
  await using transport = directTransport(targetsOf(ca)(api.port))
  const stop = new AbortController()
  const watch = watchResource(transport, pods, { signal: stop.signal })
  let seen = 0
  let expected = 101
  /** Reads until so many changes more have been seen, each in its turn. */
  const read = async (count: number) => {
    const until = seen + count
    while (seen < until) {
      const { value } = await watch.next()
      if (value?.type !== 'changes') continue
      for (const { object } of value.changes) expect(object.metadata.resourceVersion).toBe(String(expected++))
      seen += value.changes.length
    }
  }
  await read(1)
  // The kernel's buffers fill up, and then it stands still.
  await eventually(async () => {
    const before = sent
    await delay(100)
    expect(sent).toBe(before)
  })
  const inBetween = sent - seen * padding.length
  expect(inBetween).toBeLessThan(32 * MIB)
  await read(2_000)
  expect(sent - seen * padding.length).toBeLessThan(inBetween + 4 * MIB)
  stop.abort()
  await eventually(() => expect(api.open).toBeLessThanOrEqual(1))
})
