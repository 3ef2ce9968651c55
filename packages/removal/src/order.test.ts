import { expect, test } from 'vitest'
import { found } from '../test/found.ts'
import { removalOrder } from './order.ts'

const names = (stages: ReturnType<typeof removalOrder>) => stages.map(stage => stage.map(({ kind }) => kind))

test('obstacles first, namespaces last, and nothing before what needs it', () => {
  const objects = [
    found('Namespace', 'n'),
    found('CustomResourceDefinition', 'backups.velero.io'),
    found('ServiceAccount', 'a'),
    found('Secret', 's'),
    found('ClusterRole', 'r'),
    found('ConfigMap', 'c'),
    found('RoleBinding', 'b'),
    found('Pod', 'p'),
    found('Deployment', 'd'),
    found('Backup', 'b'),
    found('ValidatingWebhookConfiguration', 'w'),
  ]
  expect(names(removalOrder(objects))).toEqual([
    ['ValidatingWebhookConfiguration'],
    ['Backup'],
    ['Deployment'],
    ['Pod'],
    ['RoleBinding'],
    ['ClusterRole'],
    ['ConfigMap', 'Secret'],
    ['ServiceAccount'],
    ['CustomResourceDefinition'],
    ['Namespace'],
  ])
})

test('an APIService that does not answer is an obstacle, one that does is a type', () => {
  const objects = [found('APIService', 'alive'), found('Deployment', 'd'), found('APIService', 'dead', { dead: true })]
  expect(removalOrder(objects).map(stage => stage.map(({ name }) => name))).toEqual([['dead'], ['d'], ['alive']])
})

test('a policy goes after its binding', () => {
  const objects = [found('ValidatingAdmissionPolicy', 'a'), found('ValidatingAdmissionPolicyBinding', 'b')]
  expect(names(removalOrder(objects))).toEqual([['ValidatingAdmissionPolicyBinding', 'ValidatingAdmissionPolicy']])
})

test('what the caller stands on makes one last stage, what it runs in and its namespace at the end', () => {
  const own = [
    found('Namespace', 'n'),
    found('Deployment', 'agent'),
    found('ClusterRole', 'r'),
    found('ClusterRoleBinding', 'b'),
  ]
  const other = found('Deployment', 'other')
  const stages = removalOrder([...own, other], object => object !== other)
  expect(names(stages)).toEqual([['Deployment'], ['ClusterRoleBinding', 'ClusterRole', 'Deployment', 'Namespace']])
})
