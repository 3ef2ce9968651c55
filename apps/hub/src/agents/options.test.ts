import { AgentOptions, AgentOptionsChange } from '@moorage/contract/agent.ts'
import { describe, expect, test } from 'vitest'
import { testSealer } from '../clusters/fixtures/deps.ts'
import { changedOptions, openOptions, requireNamespace, requireProxyAllowed, sealOptions } from './options.ts'

const withProxy = AgentOptions.parse({
  proxy: { https: 'http://me:hunter2@proxy.example.com:3128', http: 'http://proxy.example.com', no: '.local' },
})

describe('proxy settings', () => {
  test('are refused in read-only mode, unless the hub can not be reached without', () => {
    expect(() => requireProxyAllowed('read-only', withProxy)).toThrow(
      expect.objectContaining({ code: 'proxy_not_allowed' }),
    )
    expect(() => requireProxyAllowed('read-only', { ...withProxy, proxyNeededForHub: true })).not.toThrow()
    expect(() => requireProxyAllowed('full', withProxy)).not.toThrow()
    expect(() => requireProxyAllowed('read-only', AgentOptions.parse({}))).not.toThrow()
  })

  test('that are no URLs are refused before anything is made of them', () => {
    const broken = { ...withProxy, proxy: { https: 'http://:@[' } }
    expect(() => requireProxyAllowed('full', broken)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })

  test('are kept without their passwords, which are sealed for this cluster', () => {
    const sealer = testSealer()
    const stored = sealOptions(sealer, 'c-1', withProxy)
    expect(JSON.stringify(stored)).not.toContain('hunter2')
    expect(stored.proxy).toEqual({ ...withProxy.proxy, https: 'http://me@proxy.example.com:3128/' })
    expect(openOptions(sealer, 'c-1', stored)).toEqual(withProxy)
    expect(() => openOptions(sealer, 'c-2', stored)).toThrow()
  })
})

test.each(['kube-system', 'default'])('a manifest never has the namespace %s in it', namespace => {
  const refused = () => requireNamespace(AgentOptions.parse({ namespace }))
  expect(refused).toThrow(expect.objectContaining({ code: 'bad_request' }))
  expect(() => requireNamespace(AgentOptions.parse({ namespace, existingNamespace: true }))).not.toThrow()
})

describe('changes of options', () => {
  const options = AgentOptions.parse({ namespace: 'ops', replicas: 2, proxy: { https: 'http://proxy.example.com' } })

  test('leave out what they leave out: no default comes back', () => {
    expect(changedOptions(options, AgentOptionsChange.parse({}))).toEqual(options)
    expect(changedOptions(options, AgentOptionsChange.parse({ image: 'a/b:1' }))).toEqual({
      ...options,
      image: 'a/b:1',
    })
  })

  test('take a proxy away by an empty one', () => {
    expect(changedOptions(options, { proxy: {} })).not.toHaveProperty('proxy')
  })
})
