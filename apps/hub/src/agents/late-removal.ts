import { ObjectRef } from '@moorage/contract/cluster.ts'
import { z } from 'zod'
import { settleReceipt } from '../clusters/settle-receipt.ts'
import { MoorageError } from '../errors.ts'
import { saidPlainly } from '../said.ts'
import { noteRemoved } from '../store/ledger.ts'
import { changeReceipt } from '../store/tombstones.ts'
import type { AgentDeps } from './deps.ts'
import { type RemovedAgent, verifyAgent } from './verify.ts'

/** Objects of one kind of outcome: more than an agent ever has. */
const MOST = 5000
const Told = ObjectRef.extend({ name: z.string().max(500) })

/** What an agent tells that removed itself, as the hub had let go of its cluster. */
export const LateRemoval = z.object({
  removed: z.array(Told).max(MOST),
  kept: z.array(z.object({ object: Told, because: z.string().transform(text => saidPlainly(text)) })).max(MOST),
})

export const LATE_REMOVAL_ACT = 'POST /agent/v1/removed'

/** The agent behind the call, which the hub has told to go. Throws where it is none of those. */
export async function departedAgent(deps: AgentDeps, authorization: string): Promise<RemovedAgent> {
  const agent = await verifyAgent(deps, { authorization, act: LATE_REMOVAL_ACT, now: deps.now() })
  if ('tombstone' in agent) return agent
  throw new MoorageError('bad_request', `Nobody told the agent of ${agent.name} to remove itself.`)
}

/** Takes what an agent has removed by itself off what is owed: of the receipt, or of the ledger where its cluster is reached otherwise now. */
export async function noteLateRemoval(
  { store, instance, now }: AgentDeps,
  { clusterId }: RemovedAgent,
  done: z.infer<typeof LateRemoval>,
): Promise<void> {
  const at = now()
  if (await changeReceipt(store.db, clusterId, receipt => settleReceipt(receipt, done, at))) return
  for (const object of done.removed) await noteRemoved(store.db, clusterId, { ...object, uid: '' }, instance, at)
}
