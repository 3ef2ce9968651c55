import type { ClusterRecording } from '@moorage/contract/recording.ts'
import { clusterUnknown } from '../../errors.ts'
import { findClusterTarget } from '../../store/cluster-target.ts'
import { recordingPolicyOf, setRecordingPolicy } from '../../store/recordings.ts'
import { os } from '../context.ts'
import type { ApiDeps } from '../deps.ts'

async function idOf({ store }: ApiDeps, ref: string): Promise<string> {
  const found = await findClusterTarget(store.db, ref)
  if (found === undefined) throw clusterUnknown(ref)
  return found.id
}

const shown = ({ recordingPolicy }: ApiDeps, policy: ClusterRecording['policy']): ClusterRecording => ({
  policy,
  effective: policy ?? recordingPolicy,
})

export const policy = os.recordings.policy.handler(async ({ context: { deps }, input: { cluster } }) =>
  shown(deps, (await recordingPolicyOf(deps.store.db, await idOf(deps, cluster))) ?? null),
)

export const setPolicy = os.recordings.setPolicy.handler(
  async ({ context: { deps }, input: { cluster, policy: wanted } }) => {
    await setRecordingPolicy(deps.store.db, await idOf(deps, cluster), wanted)
    return shown(deps, wanted)
  },
)
