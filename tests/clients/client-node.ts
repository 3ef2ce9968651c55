// What Node's own programs do with the JavaScript client: FILE NAMESPACE POD; prints what it found out as JSON.
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CoreV1Api, Exec, KubeConfig, KubernetesObjectApi, makeInformer, PatchStrategy } from '@kubernetes/client-node'
import { eventually } from '@moorage/testkit/eventually.ts'

/** ms; beside other suites. */
const SLOWLY = { within: 90_000, every: 250 }

const [file = '', namespace = '', pod = ''] = process.argv.slice(2)
const config = new KubeConfig()
config.loadFromFile(file)
const core = config.makeApiClient(CoreV1Api)
const seen: string[] = []
const labelSelector = 'client=node'
const informer = makeInformer(
  config,
  `/api/v1/namespaces/${namespace}/configmaps`,
  () => core.listNamespacedConfigMap({ namespace, labelSelector }),
  labelSelector,
)
for (const verb of ['add', 'update', 'delete'] as const) informer.on(verb, () => void seen.push(verb))
const broken: unknown[] = []
informer.on('error', error => void broken.push(error))
await informer.start()
const metadata = { name: 'node', namespace, labels: { client: 'node' } }
await core.createNamespacedConfigMap({ namespace, body: { metadata, data: { a: '1' } } })
await eventually(() => {
  if (!seen.includes('add')) throw new Error('the informer has not seen it')
}, SLOWLY)
const objects = KubernetesObjectApi.makeApiClient(config)
const wanted = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '2' } }
const applied = await objects.patch(wanted, undefined, undefined, 'node', true, PatchStrategy.ServerSideApply)
await core.deleteNamespacedConfigMap({ namespace, name: 'node' })
await eventually(() => {
  if (!seen.includes('delete')) throw new Error(`the informer has seen ${seen}`)
}, SLOWLY)
// Its own end is an error to it as well.
const errors = broken.map(String)
await informer.stop()
const missing = await core.readNamespacedConfigMap({ namespace, name: 'none' }).catch(error => error.code)
const log = await core.readNamespacedPodLog({ namespace, name: pod })

const out = new PassThrough()
const said = text(out)
const command = ['sh', '-c', 'echo out']
const session = await new Exec(config).exec(namespace, pod, 'main', command, out, null, null, false)
await new Promise(resolve => session.on('close', resolve))
out.end()
const found = {
  seen,
  errors,
  applied: (applied as { data?: Record<string, string> }).data?.a,
  missing,
  logs: log.trimEnd().split('\n').length,
  exec: await said,
}
process.stdout.write(`${JSON.stringify(found)}\n`)
