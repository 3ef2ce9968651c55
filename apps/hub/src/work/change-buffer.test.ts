import type { Change } from '@moorage/contract/hub.ts'
import { describe, expect, test } from 'vitest'
import { ChangeBuffer } from './change-buffer.ts'

const change = (cluster: string, kinds: string[] = [], type: Change['type'] = 'inventory'): Change => ({
  type,
  cluster,
  name: cluster,
  kinds,
  at: '2026-01-01T00:00:00Z',
})

describe('waiting changes', () => {
  test('are merged by type and cluster, in the order of the first', () => {
    const buffer = new ChangeBuffer()
    for (const one of [change('a', ['Pod']), change('b'), change('a', ['Node', 'Pod']), change('a', [], 'cluster')]) {
      buffer.add(one)
    }
    expect(buffer.take()).toEqual([change('a', ['Pod', 'Node']), change('b'), change('a', [], 'cluster')])
    expect(buffer.take()).toEqual([])
  })

  test('that come while others are handed out are not lost', () => {
    const buffer = new ChangeBuffer()
    buffer.add(change('a'))
    const seen: string[] = []
    for (const { cluster } of buffer.drain()) {
      seen.push(cluster)
      if (seen.length === 1) buffer.add(change('b'))
    }
    expect(seen).toEqual(['a', 'b'])
  })

  test('stay bounded: too many become one that means everything', () => {
    const buffer = new ChangeBuffer()
    for (let n = 0; n < 100_000; n++) buffer.add(change(`c${n}`))
    expect(buffer.size).toBeLessThanOrEqual(10_000)
    expect(buffer.take()).toContainEqual({ ...change(''), type: 'cluster' })
  })
})
