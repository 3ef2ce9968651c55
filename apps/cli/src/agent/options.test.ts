import { expect, test } from 'vitest'
import { testIo } from '../test-io.ts'
import { addToleration, agentInput } from './options.ts'

test('taints become tolerations as kubectl writes them', () => {
  expect(addToleration('dedicated=infra:NoSchedule')).toEqual([
    { key: 'dedicated', operator: 'Equal', value: 'infra', effect: 'NoSchedule' },
  ])
  expect(addToleration('node-role.kubernetes.io/control-plane:NoSchedule', [{ key: 'a' }])).toEqual([
    { key: 'a' },
    { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
  ])
  expect(addToleration('spot')).toEqual([{ key: 'spot', operator: 'Exists' }])
  for (const wrong of ['', '=x', 'a=b:Never', 'a b', ':NoSchedule'])
    expect(() => addToleration(wrong)).toThrow('is not a taint')
})

test('what was not given is not sent, and a no-proxy list alone is refused', async () => {
  const { io } = testIo()
  expect(await agentInput(io, { proxy: true })).toEqual({})
  expect(await agentInput(io, { proxy: '10.0.0.0/8', httpsProxy: 'http://proxy:3128', replicas: 2 })).toEqual({
    proxy: { https: 'http://proxy:3128', no: '10.0.0.0/8' },
    replicas: 2,
  })
  await expect(agentInput(io, { proxy: '10.0.0.0/8' })).rejects.toThrow('--no-proxy needs a proxy')
})
