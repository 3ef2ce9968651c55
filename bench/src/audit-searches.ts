import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import type { Figure } from './report.ts'
import { share } from './share.ts'

/** Requests that each figure is of, after the first one. */
const ASKED = 40
/** ms after which no more are sent, of a search that is slow. */
const ASKED_FOR_MS = 6_000
/** ms in which 95 of 100 pages of 100 lines are there, whatever is looked for. */
const GOAL_MS = 100

const day = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * day).toISOString()

const searches: [name: string, query: string][] = [
  ['newest 100', ''],
  ['of a person', 'actor=user-7'],
  ['of a person, by id', 'actor=id-7'],
  ['of nobody', 'actor=nobody'],
  ['of a cluster', 'cluster=cluster-3'],
  ['a verb', 'verb=delete'],
  ['a verb that nobody used', 'verb=impersonate'],
  ['a resource', 'resource=secrets'],
  ['deletions of pods', 'verb=delete&resource=pods'],
  ['of a namespace', 'namespace=ns-9'],
  ['refused', 'outcome=refused'],
  ['refused to a person', 'outcome=refused&actor=user-50'],
  ['status 500', 'status=500'],
  ['status 5xx', 'status=5xx'],
  ['status 201', 'status=201'],
  ['status 302, that there is none of', 'status=302'],
  ['one request', 'request=r-77777'],
  ['one object’s name, anywhere', 'name=the-one'],
  ['an action', 'action=kube.delete'],
  ['an action that there is none of', 'action=tokens.create'],
  ['a day half a year ago', `since=${ago(180)}&until=${ago(179)}`],
  ['of a person, half a year ago', `actor=user-7&since=${ago(180)}&until=${ago(170)}`],
  ['a verb, half a year ago', `verb=delete&since=${ago(180)}&until=${ago(170)}`],
  ['of a person, deletions in a cluster', 'actor=user-7&verb=delete&cluster=cluster-3'],
  ['of a person, a namespace of a cluster', 'actor=user-7&namespace=ns-9&cluster=cluster-3'],
  ['a namespace of a cluster', 'namespace=ns-9&cluster=cluster-3'],
  ['a namespace of a cluster, refused, a verb', 'namespace=ns-9&cluster=cluster-3&outcome=refused&verb=delete'],
  ['a verb and a status that never met', 'verb=delete&status=201'],
]

/** What each search costs, as its first page, and what older pages cost by their cursor. */
export async function searchFigures(hub: HubProcess): Promise<Figure[]> {
  const figures: Figure[] = []
  const add = async (name: string, send: () => Promise<Response>) => {
    const times: number[] = []
    const began = performance.now()
    for (let n = 0; n <= ASKED && performance.now() - began < ASKED_FOR_MS; n += 1) {
      const start = performance.now()
      const answer = await send()
      const body = await answer.text()
      if (!answer.ok) {
        figures.push({ name, value: null, unit: 'ms', note: `${answer.status}: ${body}` })
        return
      }
      if (n > 0 || performance.now() - began > ASKED_FOR_MS) times.push(performance.now() - start)
    }
    const p95 = share(times, 0.95)
    figures.push(
      { name: `${name}, p50`, value: share(times, 0.5), unit: 'ms' },
      { name: `${name}, p95`, value: p95, unit: 'ms', goal: `≤ ${GOAL_MS}`, met: p95 <= GOAL_MS },
    )
  }
  for (const [name, query] of searches) await add(name, () => hub.fetch(`/api/v1/audit?limit=100&${query}`))
  for (const [name, query] of [
    ['older pages', `until=${ago(90)}`],
    ['older pages of a person', `actor=user-7&until=${ago(90)}`],
  ]) {
    let next = ''
    await add(name as string, async () => {
      const answer = await hub.fetch(`/api/v1/audit?limit=100&${query}${next}`)
      const page = (await answer.clone().json()) as { next: string | null }
      next = page.next === null ? '' : `&continue=${encodeURIComponent(page.next)}`
      return answer
    })
  }
  return figures
}
