import { expect, test } from 'vitest'
import { collectionPath, objectPath } from './path.ts'

const pods = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true }
const deployments = { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true }

test('collections', () => {
  expect(collectionPath(pods)).toBe('/api/v1/pods')
  expect(collectionPath(deployments, { namespace: 'shop' })).toBe('/apis/apps/v1/namespaces/shop/deployments')
  const query = { limit: 5, continue: 'a+b=', watch: true, labelSelector: undefined }
  expect(collectionPath(pods, { query })).toBe('/api/v1/pods?limit=5&continue=a%2Bb%3D&watch=true')
})

test('objects and their subresources', () => {
  expect(objectPath(pods, { namespace: 'shop', name: 'a', subresource: 'log', query: { follow: true } })).toBe(
    '/api/v1/namespaces/shop/pods/a/log?follow=true',
  )
})

test('names can not lead elsewhere', () => {
  expect(objectPath(pods, { namespace: '../kube-system', name: 'a/../b?x' })).toBe(
    '/api/v1/namespaces/..%2Fkube-system/pods/a%2F..%2Fb%3Fx',
  )
  for (const name of ['', '.', '..']) {
    expect(() => objectPath(pods, { name })).toThrow(RangeError)
    expect(() => collectionPath(pods, { namespace: name })).toThrow(RangeError)
  }
})
