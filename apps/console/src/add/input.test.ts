import { expect, test } from 'vitest'
import { newAgentForm, readAgentForm } from './agent-input.ts'
import { newConnectForm, readConnectForm } from './connect-input.ts'
import { readLabels } from './labels-text.ts'

const errorsOf = (change: Partial<typeof newAgentForm>) =>
  readAgentForm({ ...newAgentForm, name: 'edge', ...change }).errors

test('labels are read as they are typed', () => {
  expect(readLabels('')).toEqual({})
  expect(readLabels('env=prod, team=shop\ntier=')).toEqual({ env: 'prod', team: 'shop', tier: '' })
  for (const text of ['env', 'a=b=c', '=x']) expect(readLabels(text)).toBeNull()
})

test('a form with a name alone is an import as the API would make it', () => {
  const read = readAgentForm({ ...newAgentForm, name: 'edge' })
  expect(read).toMatchObject({
    errors: null,
    input: {
      name: 'edge',
      mode: 'read-only',
      project: 'default',
      labels: {},
      ttlSeconds: 3600,
      agent: { namespace: 'moorage-system', replicas: 1, tolerations: [], proxyNeededForHub: false },
    },
  })
  expect(read).not.toHaveProperty('input.agent.proxy')
})

test('each fault is told of its field, in the words of the contract', () => {
  expect(errorsOf({ name: 'No Name' })).toEqual({ name: expect.stringContaining('1 to 63 of a-z') })
  expect(errorsOf({ labels: 'env' })).toEqual({ labels: expect.stringContaining('key=value') })
  expect(errorsOf({ labels: '-a=b' })).toEqual({ labels: 'is not a Kubernetes label key' })
  expect(errorsOf({ labels: 'a=-' })).toEqual({ labels: 'is not a Kubernetes label value' })
  expect(errorsOf({ mode: 'full', httpsProxy: 'proxy' })).toEqual({
    'agent.proxy.https': expect.stringContaining('URL'),
  })
  expect(errorsOf({ image: 'a b', imagePullSecret: 'A' })).toEqual({
    'agent.image': 'is not an image reference',
    'agent.imagePullSecret': 'is not the name of a Secret',
  })
})

test('a proxy is sent in read-only mode only where the hub needs it', () => {
  const proxy = { name: 'edge', httpsProxy: 'http://proxy:3128', noProxy: '10.0.0.0/8' }
  expect(readAgentForm({ ...newAgentForm, ...proxy })).not.toHaveProperty('input.agent.proxy')
  const sent = { https: 'http://proxy:3128', no: '10.0.0.0/8' }
  expect(readAgentForm({ ...newAgentForm, ...proxy, proxyNeededForHub: true })).toMatchObject({
    input: { agent: { proxy: sent, proxyNeededForHub: true } },
  })
  expect(readAgentForm({ ...newAgentForm, ...proxy, mode: 'full', proxyNeededForHub: true })).toMatchObject({
    input: { agent: { proxy: sent, proxyNeededForHub: false } },
  })
})

test('a connect needs a name and a kubeconfig, and a context only where one is given', () => {
  expect(readConnectForm(newConnectForm, '', false).errors).toEqual({
    name: expect.stringContaining('1 to 63'),
    kubeconfig: 'must not be empty',
  })
  const read = readConnectForm({ ...newConnectForm, name: 'prod', labels: 'env=prod' }, 'text', true)
  expect(read).toMatchObject({ input: { name: 'prod', labels: { env: 'prod' }, dryRun: true } })
  expect(read).not.toHaveProperty('input.context')
})
