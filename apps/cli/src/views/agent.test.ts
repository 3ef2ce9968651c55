import type { AgentInfo } from '@moorage/contract/cluster.ts'
import { expect, test } from 'vitest'
import { agentFields } from './agent.ts'

const agent: AgentInfo = {
  version: null,
  mode: 'read-only',
  namespace: 'moorage-system',
  key: null,
  connections: [],
  proxied: false,
  proxy: null,
  proxyNeededForHub: false,
}
const shown = (more: Partial<AgentInfo>) => Object.fromEntries(agentFields({ ...agent, ...more }, false, new Date(0)))

test('the proxy that was asked for is shown before the agent has joined, and what it is for', () => {
  expect(shown({})).not.toHaveProperty('Proxy')
  const proxy = { https: 'http://proxy.corp:3128/', no: '10.0.0.0/8' }
  expect(shown({ mode: 'full', proxy }).Proxy).toEqual(['https: http://proxy.corp:3128/', 'not for: 10.0.0.0/8'])
  expect(shown({ proxy: { http: 'http://p' }, proxyNeededForHub: true }).Proxy).toEqual([
    'http: http://p',
    'only for reaching the hub, which can not be reached without',
  ])
})
