import { expect, test } from 'vitest'
import { toneOf } from './status.ts'

test.each([
  ['Ready', 'green'],
  ['Ready,SchedulingDisabled', 'orange'],
  ['NotReady', 'red'],
  ['NotReady,SchedulingDisabled', 'red'],
  ['CrashLoopBackOff', 'red'],
  ['Init:ErrImagePull', 'red'],
  ['CreateContainerConfigError', 'red'],
  ['Progressing', 'blue'],
  ['SomethingNew', 'grey'],
  ['', 'grey'],
])('%s is %s', (status, tone) => {
  expect(toneOf(status)).toBe(tone)
})
