import { getJson, sendJson } from '@moorage/kube/client.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { AGENT_NAME } from '@moorage/removal/own-objects.ts'
import { saidPlainly } from '../said.ts'
import { type PodSeen, podTrouble } from './pod-trouble.ts'

/** One request about an agent's own Deployment or pods, in ms. */
const REQUEST_MS = 15_000
/** Characters of a pod's own words that are passed on. */
const WORDS = 500

interface Deployment {
  spec: { template: { spec: { containers: { name: string; image?: string }[] } } }
}

const within = () => AbortSignal.timeout(REQUEST_MS)
const pathOf = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${AGENT_NAME}`

/** The image that an agent's Deployment has now; null where it has none. */
export async function imageOf(transport: KubeTransport, namespace: string): Promise<string | null> {
  const { spec } = await getJson<Deployment>(transport, pathOf(namespace), within())
  return spec.template.spec.containers.find(({ name }) => name === 'agent')?.image ?? null
}

/** Puts an image into an agent's Deployment. The old pod serves until the new one is there. */
export async function changeImage(transport: KubeTransport, namespace: string, image: string): Promise<void> {
  await sendJson(
    transport,
    {
      method: 'PATCH',
      path: `${pathOf(namespace)}?fieldManager=moorage`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: JSON.stringify({ spec: { template: { spec: { containers: [{ name: 'agent', image }] } } } }),
    },
    within(),
  )
}

/** Why an agent's pods of this image do not serve, in a sentence; null where that can not be seen. */
export async function whyNotServing(
  transport: KubeTransport,
  namespace: string,
  image: string,
): Promise<string | null> {
  const selector = encodeURIComponent(`app.kubernetes.io/name=${AGENT_NAME}`)
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`
  const { items } = await getJson<{ items: PodSeen[] }>(transport, path, within())
  const words = podTrouble(items, image)
  if (words === null) return null
  const plain = saidPlainly(words, WORDS)
  return plain.endsWith('.') ? plain : `${plain}.`
}
