import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { MoorageError } from '../errors.ts'
import { agentUpgrade } from './agent-upgrade.ts'
import { MAX_VERIFYING } from './limits.ts'

const dial = (address: string) =>
  Object.assign(new EventEmitter(), {
    method: 'GET',
    headers: { upgrade: 'moorage-tunnel/1', authorization: 'Moorage-Agent x' },
    socket: { remoteAddress: address },
  }) as unknown as IncomingMessage

test('whoever makes up assertions has no turn while others wait for theirs', async () => {
  const verifying: PromiseWithResolvers<never>[] = []
  const upgrade = agentUpgrade({
    tunnels: { mayDial: () => true, refusal: () => null, accept: () => true, refused: () => {} },
    verify: () => {
      const one = Promise.withResolvers<never>()
      verifying.push(one)
      return one.promise
    },
    clock: () => 0,
  })
  const codes: string[] = []
  const tries = (address: string, times: number) => {
    for (let time = 0; time < times; time += 1) {
      upgrade(dial(address), new PassThrough(), Buffer.alloc(0)).catch(({ code }) => codes.push(`${address} ${code}`))
    }
  }
  const settle = async () => {
    while (verifying.length > 0) {
      for (const one of verifying.splice(0)) one.reject(new MoorageError('agent_rejected', 'No.'))
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  tries('flood', 200)
  await settle()
  expect(codes.splice(0)).toEqual(Array(200).fill('flood agent_rejected'))
  // With nobody waiting it is looked at like any other, as an agent may be behind the same address.
  tries('flood', 1)
  await settle()
  expect(codes.splice(0)).toEqual(['flood agent_rejected'])
  tries('calm', 2 * MAX_VERIFYING + 1)
  tries('flood', 1)
  tries('another', 1)
  await new Promise(resolve => setImmediate(resolve))
  expect(codes).toEqual(['flood unavailable'])
  await settle()
  expect(codes).toContain('another agent_rejected')
})
