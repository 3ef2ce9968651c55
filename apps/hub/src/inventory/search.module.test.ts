import type { InventoryObject } from '@moorage/contract/inventory.ts'
import { type ParsedSearch, parseSearch, type SearchTerm } from '@moorage/contract/search-query.ts'
import type { InventoryRow } from '@moorage/projector/batch.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { MoorageError } from '../errors.ts'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { AT, list, node, pod, row, testCluster } from './fixtures/inventory.ts'
import { SEARCH_COLLECT } from './limits.ts'
import { searchInventory } from './search.ts'

type Known = InventoryRow & { cluster: string }

/** What the contract says about one term, said once more. */
function holds(term: SearchTerm, of: Known): boolean {
  switch (term.field) {
    case 'kind':
      return of.kind === term.value
    case 'ns':
      return of.namespace === term.value.toLowerCase()
    case 'node':
      return of.node === term.value.toLowerCase()
    case 'status':
      return of.status.toLowerCase() === term.value.toLowerCase()
    case 'cluster':
      return of.cluster === term.value.toLowerCase()
    case 'image':
      return of.images.some(image => image.toLowerCase().includes(term.value.toLowerCase()))
    case 'name':
    case 'text':
      return of.name.includes(term.value.toLowerCase())
    default:
      return term.value === null ? term.key in of.labels : of.labels[term.key] === term.value
  }
}

function matches({ terms }: ParsedSearch, of: Known): boolean {
  if (terms.some(term => term.negated && holds(term, of))) return false
  const wanted = terms.filter(({ negated }) => !negated)
  const every = wanted.filter(({ field }) => field === 'text' || field === 'label')
  if (!every.every(term => holds(term, of))) return false
  const alternatives = Map.groupBy(
    wanted.filter(term => !every.includes(term)),
    ({ field }) => field,
  )
  return [...alternatives.values()].every(some => some.some(term => holds(term, of)))
}

const keyOf = (of: Pick<Known, 'cluster' | 'kind' | 'name'> & { namespace: string | null }) =>
  [of.cluster, of.kind, of.namespace ?? '', of.name].join(' ')

const rowsOf = (cluster: string): Known[] => {
  const apps = ['web', 'api', 'nginx-proxy', 'cache_1', 'a%b']
  const rows = Array.from({ length: 60 }, (_, index): InventoryRow => {
    const app = apps[index % apps.length]!
    return pod(`${app}-${index}`, {
      namespace: ['shop', 'bank', 'kube-system'][index % 3]!,
      status: ['Running', 'CrashLoopBackOff', 'Completed', 'Pending'][index % 4]!,
      node: index % 5 === 0 ? null : `node-${index % 7}`,
      images: index % 6 === 0 ? [] : [`registry.example.com/${app}:1.${index % 3}`, 'Envoy:V1'],
      labels: { app, ...(index % 2 === 0 ? { team: 'a"b\\c' } : {}) },
    })
  })
  rows.push(node('node-1'), node('node-2', { status: 'NotReady' }), row('Service', 'web'), row('Ingress', 'nginx'))
  return rows.map(of => ({ ...of, cluster }))
}

describe.each(['pglite', 'postgres'] as const)('search on %s', engine => {
  let store: Store
  const known: Known[] = []
  const visible: { id: string; name: string }[] = []
  const deps = {
    get store() {
      return store
    },
    now: () => AT,
  }
  const search = (q: string, limit = 100) => searchInventory(deps, { q, limit })
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
    // Not in the order of their names.
    for (const name of ['prod', 'dev', 'edge']) {
      const cluster = await testCluster(store, name)
      visible.push(cluster)
      const rows = rowsOf(name)
      known.push(...rows)
      for (const [kind, some] of Map.groupBy(rows, of => of.kind)) {
        await list(
          cluster.sink,
          kind,
          some.map(({ cluster: _, ...of }) => of),
        )
      }
    }
  })
  afterAll(() => store[Symbol.asyncDispose]())

  const expected = (q: string) => {
    const parsed = parseSearch(q)
    return known
      .filter(of => matches(parsed, of))
      .map(keyOf)
      .sort()
  }
  const found = (items: InventoryObject[]) => items.map(keyOf)

  test.each([
    '',
    'kind:Pod status:CrashLoopBackOff image:nginx ns:shop -cluster:dev',
    'status:crashloopbackoff',
    'kind:Pod,Node',
    'kind:Node status:NotReady',
    'ns:shop ns:bank -status:Running',
    'label:app=web',
    'label:team -label:app=web',
    'label:app=web label:team',
    '"label:team=a\\"b\\\\c"',
    'label:"team=a\\"b\\\\c"',
    'image:envoy:v1',
    'image:ENVOY',
    '-image:envoy kind:Pod',
    'web',
    'web 1',
    'name:api name:cache_1',
    'cache_',
    '%',
    'a%b',
    'node:node-1 -kind:Node',
    '-node:node-1',
    'cluster:PROD nginx',
    'cluster:nowhere',
    '-web',
    'nothing-is-called-like-this',
  ])('%j finds what its words say, in order', async q => {
    const { items, total, next } = await search(q, 1000)
    expect(found(items)).toEqual(expected(q))
    expect({ total, next }).toEqual({ total: items.length, next: null })
  })

  test('any search finds what its words say', async () => {
    const field = fc.constantFrom(
      'kind:Pod',
      'kind:Node',
      'ns:shop',
      'ns:bank',
      'status:Running',
      'status:completed',
      'web',
      'api',
      '-',
      'label:app=web',
      'label:team',
      'image:nginx',
      'image:"V1"',
      'node:node-3',
      'cluster:dev',
      'cluster:edge',
      'name:1',
      'name:_',
    )
    const word = fc.tuple(fc.boolean(), field).map(([negated, text]) => (negated ? `-${text}` : text))
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async words => {
        const q = words.filter(text => !/^-+$/.test(text) && !text.startsWith('--')).join(' ')
        expect(found((await search(q, 1000)).items)).toEqual(expected(q))
      }),
      { numRuns: 150 },
    )
  })

  test('pages have no gap and no double', async () => {
    for (const limit of [1, 7, 50]) {
      const seen: string[] = []
      let token: string | undefined
      do {
        const page = await searchInventory(deps, { q: 'kind:Pod -ns:bank', limit, continue: token })
        seen.push(...found(page.items))
        token = page.next ?? undefined
      } while (token !== undefined)
      expect(seen).toEqual(expected('kind:Pod -ns:bank'))
    }
  })

  test('only clusters that the asker may see are searched and counted', async () => {
    const some = visible.filter(({ name }) => name !== 'prod')
    const { items, total } = await searchInventory(deps, { q: 'web', limit: 1000 }, some)
    expect(found(items)).toEqual(expected('web -cluster:prod'))
    expect(total).toBe(items.length)
    expect((await searchInventory(deps, { q: 'cluster:prod', limit: 10 }, some)).items).toEqual([])
    expect((await searchInventory(deps, { q: '', limit: 10 }, [])).items).toEqual([])
  })

  test('a page goes on where its cluster has gone meanwhile', async () => {
    const first = await searchInventory(deps, { q: 'kind:Pod', limit: 10 })
    expect(first.items[0]).toMatchObject({ cluster: 'dev' })
    const rest = visible.filter(({ name }) => name !== 'dev')
    const second = await searchInventory(deps, { q: 'kind:Pod', limit: 1000, continue: first.next! }, rest)
    expect(found(second.items)).toEqual(expected('kind:Pod -cluster:dev'))
  })

  test('nothing that is typed is SQL: any text finds what it says, or is refused in a sentence', async () => {
    const evil = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        "'; drop table inventory; --",
        "' or 1=1 --",
        '\\',
        '%',
        '_',
        '$1',
        '"',
        "E'\\x00'",
        '\0',
        '{}',
        '\ud800',
      ),
    )
    const prefix = fc.constantFrom(
      '',
      'kind:',
      'ns:',
      'status:',
      'image:',
      'node:',
      'name:',
      'label:',
      'label:a=',
      'cluster:',
      '-',
      '-label:',
    )
    const quoted = (text: string) => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(prefix, evil, fc.boolean()), { maxLength: 4 }), async words => {
        const q = words.map(([before, text, bare]) => before + (bare ? text : quoted(text))).join(' ')
        try {
          const { items } = await search(q, 1000)
          expect(found(items)).toEqual(expected(q))
        } catch (error) {
          expect(error).toBeInstanceOf(MoorageError)
          expect(error).toMatchObject({ code: 'invalid_search' })
        }
      }),
      { numRuns: 300 },
    )
    expect((await search('', 1)).items).toHaveLength(1)
  })

  test('with more matches than are counted, the order is the same, and the total says that there are more', async () => {
    const big = await testCluster(store, 'big')
    const other = await testCluster(store, 'huge')
    const many = Array.from({ length: 700 }, (_, index) =>
      pod(`many-${String(index).padStart(4, '0')}`, { images: ['many:1'] }),
    )
    for (const { sink } of [big, other]) await list(sink, 'Pod', many)
    const names = many.map(({ name }) => name)
    const page = async (token?: string) => searchInventory(deps, { q: 'image:many', limit: 500, continue: token })
    const pages = [await page()]
    while (pages.at(-1)!.next !== null) pages.push(await page(pages.at(-1)!.next!))
    expect(pages.map(({ items }) => items.length)).toEqual([500, 500, 400])
    expect(pages.map(({ total }) => total)).toEqual([1, 1, 1].map(() => SEARCH_COLLECT + 1))
    const seen = pages.flatMap(({ items }) => items.map(({ cluster, name }) => `${cluster} ${name}`))
    expect(seen).toEqual(['big', 'huge'].flatMap(cluster => names.map(name => `${cluster} ${name}`)))
  })
})
