import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import { startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { parse } from './parse.ts'

const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata }]
`

const reads = [
  '/',
  '/api',
  '/api/',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1',
  '/apis/apps/v1/',
  '/api/v1',
  '/version',
  '/version/?timeout=32s',
  '/openapi/v2',
  '/openapi/v3/apis/apps/v1?hash=A',
  '/readyz/etcd',
  '/.well-known/openid-configuration',
  '/healthz?verbose',
  '/nothing/of/this/kind',
  '/api/v1/pods',
  '/api/v1/pods?limit=5&continue=',
  '/api/v1/pods?watch=1&timeoutSeconds=1',
  '/api/v1/pods?watch&timeoutSeconds=1',
  '/api/v1/pods?watch=&timeoutSeconds=1',
  '/api/v1/pods?watch=yes&timeoutSeconds=1',
  '/api/v1/pods?w%61tch=true&timeoutSeconds=1',
  '/api/v1/pods?watch=0',
  '/api/v1/pods?watch=false',
  '/api/v1/pods?watch=False',
  '/api/v1/pods?WATCH=1',
  '/api/v1/pods?fieldSelector=metadata.name%3Dweb',
  '/api/v1/pods?fieldSelector=metadata.name==web',
  '/api/v1/pods?fieldSelector=metadata.name!%3Dweb',
  '/api/v1/pods?fieldSelector=metadata.name%3Dweb,spec.nodeName%3Dn',
  '/api/v1/pods?fieldSelector=spec.nodeName%3Dn,metadata.name%3Dweb',
  '/api/v1/pods?fieldSelector=metadata.name%3Db,metadata.name%3Da',
  '/api/v1/pods?fieldSelector=metadata.name%3Da%5C%2Cb',
  '/api/v1/pods?fieldSelector=metadata.name%3Da%2Fb',
  '/api/v1/pods?fieldSelector=metadata.name%3D',
  '/api/v1/pods?fieldSelector=',
  '/api/v1/pods?fieldSelector=metadata.name%3Dweb&watch=1&timeoutSeconds=1',
  '/api/v1/pods?labelSelector=app%3Dweb',
  '/api/v1/watch/pods?timeoutSeconds=1',
  '/api/v1/watch/namespaces?timeoutSeconds=1',
  '/api/v1/watch/namespaces/shop?timeoutSeconds=1',
  '/api/v1/watch/namespaces/shop/pods?timeoutSeconds=1',
  '/api/v1/watch/namespaces/shop/pods/web?timeoutSeconds=1',
  '/apis/apps/v1/watch/deployments?timeoutSeconds=1',
  '/apis/apps/v1/watch/namespaces/shop/deployments/web?timeoutSeconds=1',
  '/api/v1/namespaces',
  '/api/v1/namespaces/shop',
  '/api/v1/namespaces/shop/status',
  '/api/v1/namespaces/shop/finalize',
  '/api/v1/namespaces/shop/pods',
  '/api/v1/namespaces/shop/pods/web',
  '/api/v1/namespaces/shop/pods/w%65b',
  '/api/v1/namespaces/shop/pods/web/status',
  '/api/v1/namespaces/shop/pods/web/log',
  '/api/v1/namespaces/shop/pods/web/log?follow=true',
  '/api/v1/namespaces/shop/pods/web/exec?command=ls',
  '/api/v1/namespaces/shop/pods/web/attach',
  '/api/v1/namespaces/shop/pods/web/portforward',
  '/api/v1/namespaces/shop/pods/web/proxy',
  '/api/v1/namespaces/shop/pods/web/proxy/',
  '/api/v1/namespaces/shop/pods/web:80/proxy/a/b/?c=d',
  '/api/v1/namespaces/shop/pods/web/ephemeralcontainers',
  '/api/v1/namespaces/shop/services/https:web:443/proxy/metrics',
  '/api/v1/namespaces/shop/services/web/proxy/status',
  '/api/v1/namespaces/shop/secrets',
  '/api/v1/namespaces/shop/secrets/password',
  '/api/v1/namespaces/shop/serviceaccounts/default/token',
  '/api/v1/namespaces/shop/resourcequotas/status',
  '/api/v1/namespaces/shop/configmaps/a%20b',
  '/api/v1/namespaces/shop/configmaps/%C3%A9',
  '/api/v1/nodes',
  '/api/v1/nodes/n',
  '/api/v1/nodes/n/proxy/logs/x',
  '/api/v1/nodes/n/status',
  '/api/v1/componentstatuses',
  '/api/v1/nothing',
  '/api/v2/pods',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/namespaces/shop/deployments/web/scale',
  '/apis/apps/v1beta1/namespaces/shop/deployments',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
  '/apis/example.com/v1/things',
  '/apis/example.com/v1/namespaces/shop/things/x/y/z',
  '/apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/pods/*/http_requests',
  '/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/Queue_Length',
  '/apis/authentication.k8s.io/v1/selfsubjectreviews',
]

const table: readonly [method: string, target: string][] = [
  ...reads.map((target): [string, string] => ['GET', target]),
  ['HEAD', '/version'],
  ['HEAD', '/api/v1/pods'],
  ['HEAD', '/api/v1/namespaces/shop/pods/web'],
  ['POST', '/version'],
  ['POST', '/api/v1/namespaces'],
  ['POST', '/api/v1/namespaces/shop/pods'],
  ['POST', '/api/v1/namespaces/shop/pods/web/exec'],
  ['POST', '/api/v1/namespaces/shop/pods/web/eviction'],
  ['POST', '/api/v1/namespaces/shop/pods/web/binding'],
  ['POST', '/api/v1/namespaces/shop/serviceaccounts/default/token'],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
  ['PUT', '/api/v1/namespaces/shop/pods/web'],
  ['PUT', '/api/v1/namespaces/shop/finalize'],
  ['PATCH', '/api/v1/namespaces/shop/pods/web'],
  ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/web/scale'],
  ['DELETE', '/api/v1/namespaces/shop/pods/web'],
  ['DELETE', '/api/v1/namespaces/shop/pods'],
  ['DELETE', '/api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Dweb'],
  ['DELETE', '/api/v1/namespaces/none'],
  ['DELETE', '/api/v1/nodes'],
]

interface AuditEvent {
  auditID: string
  verb: string
  requestURI: string
  objectRef?: {
    resource?: string
    namespace?: string
    name?: string
    apiGroup?: string
    apiVersion?: string
    subresource?: string
  }
}

test('a request means to the hub what the API server’s own audit says that it was', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'moorage-parse-'))
  const log = join(dir, 'audit.log')
  writeFileSync(join(dir, 'policy.yaml'), POLICY)
  await using plane = await startControlPlane({
    name: 'audited',
    scheduler: false,
    controllerManager: false,
    apiServerArgs: [`--audit-policy-file=${join(dir, 'policy.yaml')}`, `--audit-log-path=${log}`],
  })
  const { tls } = readKubeconfig(plane.kubeconfig)
  const sent = new Map<string, { method: string; target: string }>()
  for (const [method, target] of table) {
    const parsed = parse({ method, target, headers: [] })
    const id = randomUUID()
    sent.set(id, { method, target })
    await new Promise<void>((resolve, reject) => {
      const asked = request(plane.url + parsed.target, {
        method,
        headers: { 'audit-id': id, 'content-type': 'application/json' },
        ca: tls.ca,
        cert: tls.cert,
        key: tls.key,
      })
      asked.on('error', reject)
      asked.on('response', answer => {
        answer.resume()
        answer.on('close', resolve)
      })
      asked.end()
    })
  }
  const events = new Map<string, AuditEvent>()
  await eventually(
    () => {
      for (const line of readFileSync(log, 'utf8').split('\n')) {
        if (line === '') continue
        const event = JSON.parse(line) as AuditEvent
        if (sent.has(event.auditID)) events.set(event.auditID, event)
      }
      expect(events.size).toBe(sent.size)
    },
    { within: 20_000 },
  )
  for (const [id, { method, target }] of sent) {
    const { verb, objectRef: of, requestURI } = events.get(id) as AuditEvent
    const { info } = parse({ method, target, headers: [] })
    const seen =
      of === undefined
        ? { kind: 'non-resource', verb, path: requestURI.split('?', 1)[0] }
        : {
            kind: 'resource',
            verb,
            apiGroup: of.apiGroup ?? '',
            apiVersion: of.apiVersion ?? '',
            resource: of.resource ?? '',
            subresource: of.subresource ?? null,
            name: of.name ?? null,
            namespace: of.namespace ?? null,
          }
    expect(info, `${method} ${target}`).toEqual(seen)
  }
  expect(sent.size).toBeGreaterThan(100)
  await rm(dir, { recursive: true })
})
