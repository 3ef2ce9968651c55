import { expect, test } from 'vitest'
import { followAttendance } from './attendance.ts'

const MINUTE = 60_000

function open() {
  let now = 0
  let told = 0
  const page = new EventTarget()
  const tell = () => {
    told += 1
  }
  const { mark } = followAttendance({ page, clock: () => now, tell })
  return {
    at: (minute: number) => {
      now = minute * MINUTE
    },
    touch: (type = 'keydown') => page.dispatchEvent(new Event(type)),
    unattended: () => mark(new Request('https://hub.example/')).headers.has('moorage-unattended'),
    told: () => told,
  }
}

test('what a page asks by itself is marked once nobody has touched it for a while', () => {
  const page = open()
  page.at(4)
  expect(page.unattended()).toBe(false)
  page.at(6)
  expect(page.unattended()).toBe(true)
  page.touch('pointermove')
  expect(page.unattended()).toBe(true)
  page.touch()
  expect(page.unattended()).toBe(false)
})

test('whoever reads a page that asks for nothing is told of to the hub, now and then', () => {
  const page = open()
  for (const [minute, told] of [
    [9, 0],
    [11, 1],
    [12, 1],
    [22, 2],
  ] as const) {
    page.at(minute)
    page.touch('wheel')
    expect(page.told()).toBe(told)
  }
  page.at(23)
  page.unattended()
  page.at(32)
  page.touch()
  expect(page.told()).toBe(2)
})
