import { expect, test } from 'vitest'
import { type Given, parse } from './parse.ts'
import { goesAroundRecording, sessionOf } from './session-of.ts'

const websocket = ['Connection', 'Upgrade', 'Upgrade', 'websocket']
const parsed = (method: Given['method'], target: string, headers: string[] = []) => parse({ method, target, headers })
const POD = '/api/v1/namespaces/shop/pods/web'

test('exec and attach are sessions, by whatever method', () => {
  const query = 'container=main&command=sh&command=-c&command=echo+a%26b&stdin=true&tty=true'
  expect(sessionOf(parsed('GET', `${POD}/exec?${query}`, websocket))).toEqual({
    ...{ kind: 'exec', namespace: 'shop', pod: 'web', container: 'main', tty: true },
    command: ['sh', '-c', 'echo a&b'],
  })
  expect(sessionOf(parsed('POST', `${POD}/attach?stdout=true`))).toEqual({
    ...{ kind: 'attach', namespace: 'shop', pod: 'web', container: null, tty: false, command: [] },
  })
})

test('nothing else is', () => {
  for (const path of [
    POD,
    `${POD}/log`,
    `${POD}/portforward`,
    `${POD}/proxy/exec`,
    '/apis/x.io/v1/namespaces/a/pods/b/exec',
  ])
    expect(sessionOf(parsed('GET', path)), path).toBeNull()
})

test('a node’s own API goes around recording, but for plain reads, and so do consoles of add-ons', () => {
  const vm = '/apis/subresources.kubevirt.io/v1/namespaces/shop/virtualmachineinstances/web'
  expect(goesAroundRecording(parsed('GET', `${vm}/console`, websocket))).toBe(true)
  expect(goesAroundRecording(parsed('GET', `${vm}/portforward/22/tcp`, websocket))).toBe(false)
  expect(goesAroundRecording(parsed('GET', `${vm}/guestosinfo`))).toBe(false)
  const node = '/api/v1/nodes/n1/proxy'
  expect(goesAroundRecording(parsed('POST', `${node}/run/shop/web/main`))).toBe(true)
  expect(goesAroundRecording(parsed('GET', `${node}/exec/shop/web/main`, websocket))).toBe(true)
  expect(goesAroundRecording(parsed('GET', `${node}/metrics`))).toBe(false)
  expect(goesAroundRecording(parsed('GET', '/api/v1/nodes/n1'))).toBe(false)
  expect(goesAroundRecording(parsed('POST', `${POD}/exec`, websocket))).toBe(false)
})
