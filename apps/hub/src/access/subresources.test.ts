import { expect, test } from 'vitest'
import { asKubernetesHas } from './subresources.ts'

test('every subresource of a kind is named, as the roles of Kubernetes have no word for it', () => {
  const pods = asKubernetesHas(['pods/*'])
  for (const each of ['log', 'exec', 'eviction', 'status']) expect(pods).toContain(`pods/${each}`)
  expect(pods.filter(each => each.includes('*'))).toEqual([])
  expect(asKubernetesHas(['widgets/*'])).toEqual(['widgets/scale', 'widgets/status'])
  expect(asKubernetesHas(['*/*'])).toEqual(expect.arrayContaining(['*/exec', '*/token', '*/scale']))
})

test('what Kubernetes knows stays as it is', () => {
  const known = ['pods', 'pods/log', '*/scale', '*']
  expect(asKubernetesHas(known)).toEqual(known)
})
