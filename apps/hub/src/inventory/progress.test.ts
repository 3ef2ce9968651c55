import { reportedKinds } from '@moorage/projector/project.ts'
import { expect, test } from 'vitest'
import { Progress } from './progress.ts'

const end = (progress: Progress, kind: string) =>
  progress.stored(
    kind === 'Event'
      ? { type: 'events', upserts: [], resourceVersion: '1' }
      : { type: 'list-end', kind, resourceVersion: '1' },
  )

test('it is complete once every kind was read to its end, or can not be', () => {
  const progress = new Progress()
  for (const kind of reportedKinds) {
    expect(progress.complete).toBe(false)
    if (kind === 'Ingress') progress.stored({ type: 'state', kind, state: 'absent', message: 'none' })
    else end(progress, kind)
  }
  expect(progress.complete).toBe(true)
  expect(progress.kinds.find(({ kind }) => kind === 'Ingress')).toEqual({
    kind: 'Ingress',
    state: 'absent',
    message: 'none',
  })
})

test('a page of events, or a failure, does not make a kind complete', () => {
  const progress = new Progress()
  progress.readBefore(reportedKinds.filter(kind => kind !== 'Event'))
  progress.stored({ type: 'events', upserts: [], resourceVersion: null })
  progress.stored({ type: 'state', kind: 'Event', state: 'failed', message: 'no' })
  expect(progress.complete).toBe(false)
  end(progress, 'Event')
  expect(progress.complete).toBe(true)
})

test('what was read before a restart stays complete while it is read anew', () => {
  const progress = new Progress()
  progress.readBefore(reportedKinds)
  progress.stored({ type: 'list-start', kind: 'Pod' })
  expect(progress.complete).toBe(true)
  expect(progress.kinds.find(({ kind }) => kind === 'Pod')?.state).toBe('listing')
})
