import { whatMayI } from '@moorage/kube/access-review.ts'
import { getJson } from '@moorage/kube/client.ts'
import { readClusterUid } from '@moorage/kube/cluster-identity.ts'
import { directTransport } from '@moorage/kube/direct.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { pause } from '../pause.ts'
import type { Mode } from './objects.ts'

/** ms; an API server learns of new roles by watching them, usually at once, when busy within seconds. */
const KNOWN_WITHIN = 15_000
const TRY_EVERY = 200

/**
 * Uses the new kubeconfig as the hub will: it must reach the same cluster and
 * may list nodes. Returns warnings about what is as it should not be.
 */
export async function verify(kubeconfig: string, uid: string, mode: Mode, signal: AbortSignal): Promise<string[]> {
  const target = readKubeconfig(kubeconfig, { allowInsecureTls: true })
  await using transport = directTransport(target)
  const deadline = performance.now() + KNOWN_WITHIN
  for (;;) {
    try {
      const found = await readClusterUid(transport, signal)
      if (found !== uid)
        throw new CliError(
          'cluster_mismatch',
          exitCodes.conflict,
          `The new kubeconfig reaches another cluster (${found}) than the old one (${uid}).`,
          {
            fix: 'Does a load balancer stand in front of several clusters?',
          },
        )
      await getJson(transport, '/api/v1/nodes?limit=1', signal)
      break
    } catch (error) {
      const early = error instanceof KubeStatusError && (error.status === 401 || error.status === 403)
      if (!early || performance.now() > deadline) throw error
      await pause(TRY_EVERY, signal)
    }
  }
  if (mode === 'full') return []
  const answers = await whatMayI(
    transport,
    [
      { verb: 'list', group: '', resource: 'secrets' },
      { verb: 'create', group: '', resource: 'pods', subresource: 'exec' },
      { verb: 'create', group: '', resource: 'pods' },
    ],
    signal,
  )
  return answers
    .filter(({ allowed }) => allowed)
    .map(({ check }) => {
      const what = `${check.verb} ${check.resource}${check.subresource ? `/${check.subresource}` : ''}`
      return `The new credential may ${what}, though its role does not say so: another binding of this cluster gives that to every ServiceAccount.`
    })
}
