import { Mode } from '@moorage/contract/cluster.ts'
import { z } from 'zod'
import { MoorageError } from '../errors.ts'
import { VERSION } from '../said.ts'
import { findAgent, findAgentByKey, registerAgent } from '../store/agents.ts'
import { findClusterByUid, joinCluster, lockCluster } from '../store/clusters.ts'
import { deleteCredential } from '../store/credentials.ts'
import { uniqueViolation } from '../store/database-error.ts'
import { markImportStep } from '../store/import-steps.ts'
import { type JoinTokenRow, spendJoinToken } from '../store/join-tokens.ts'
import { expectInLedger } from '../store/ledger.ts'
import type { ClusterRow } from '../store/tables.ts'
import { requireRecent } from './clock.ts'
import type { AgentDeps } from './deps.ts'
import { hashJoinToken } from './join-token.ts'
import { invalidToken, readJoinToken } from './joining.ts'
import { PublicKey, thumbprint, verifiedClaims } from './jws.ts'
import { agentManifest, objectsOf } from './manifest.ts'
import { manifestInput } from './offer.ts'
import { tell } from './tell.ts'

export const Registration = z.object({
  publicKey: PublicKey,
  /** UID of the kube-system namespace. */
  clusterUid: z.string().regex(/^[\w-]{1,64}$/, 'is not a UID'),
  version: z.string().regex(VERSION, 'is not a version'),
  mode: Mode,
  proof: z.string().max(4096),
})
export type Registration = z.infer<typeof Registration>

const Proof = z.object({ aud: z.string(), iat: z.number(), sub: z.string(), uid: z.string() })

/** How long after it was signed a proof is taken, in ms. */
const PROOF_LIFETIME_MS = 60_000

/** Whoever registers has the key, and means this hub, this token and this cluster. */
async function requireProof(deps: AgentDeps, token: string, input: Registration): Promise<void> {
  const claims = Proof.safeParse(await verifiedClaims(input.proof, input.publicKey))
  if (
    !claims.success ||
    claims.data.aud !== deps.instance ||
    claims.data.sub !== hashJoinToken(token) ||
    claims.data.uid !== input.clusterUid
  ) {
    throw new MoorageError('agent_rejected', 'The agent did not prove that it has the key that it registers.', {
      step: 'identity',
    })
  }
  requireRecent(claims.data.iat, deps.now(), PROOF_LIFETIME_MS)
}

const exists = (name: string) =>
  new MoorageError('cluster_exists', `This cluster is already known, as ${name}.`, {
    fix: `To give ${name} a new agent: moorage cluster import ${name}. It keeps its history.`,
    cluster: name,
  })

/** Whether this cluster may take this agent. Throws why not. */
async function requireFitting(deps: AgentDeps, row: ClusterRow, keyId: string, uid: string): Promise<void> {
  const owner = await findAgentByKey(deps.store.db, keyId)
  // The very cluster, whose owner applied a manifest under another name.
  if (owner && owner.clusterId !== row.id && owner.uid === uid) throw exists(owner.name)
  if (owner && owner.clusterId !== row.id) {
    throw new MoorageError(
      'agent_key_conflict',
      `The agent’s key is that of ${owner.name}: its Secret was copied here.`,
      {
        fix: `Delete the Secret moorage-agent in this cluster and apply the manifest again.`,
        cluster: owner.name,
      },
    )
  }
  if (row.uid !== null && row.uid !== uid) {
    throw new MoorageError('cluster_mismatch', `The manifest was made for ${row.name}, which is another cluster.`, {
      fix: 'Import this cluster under a name of its own.',
      cluster: row.name,
    })
  }
  const known = await findClusterByUid(deps.store.db, uid)
  if (known && known.id !== row.id) throw exists(known.name)
}

/** The token, the key, the cluster and what its manifest has made: all of it or nothing. */
async function join(
  deps: AgentDeps,
  token: JoinTokenRow,
  input: Registration,
  keyId: string,
): Promise<{ row: ClusterRow; again: boolean; replaces: boolean }> {
  const { publicKey, clusterUid, version, mode } = input
  return deps.store.db.transaction().execute(async trx => {
    const row = await lockCluster(trx, token.cluster_id)
    const agent = row && (await findAgent(trx, row.id))
    if (!row || !agent) throw invalidToken('belongs to a cluster that is gone')
    const at = deps.now()
    if (!(await spendJoinToken(trx, token.id, at))) {
      // An answer that was lost on its way is given again, to the same key alone.
      if (agent.key_id === keyId && row.uid === clusterUid && row.connection === 'agent')
        return { row, again: true, replaces: false }
      throw invalidToken('was used already, by an agent with another key')
    }
    await requireFitting({ ...deps, store: { db: trx } }, row, keyId, clusterUid)
    await registerAgent(trx, row.id, { keyId, publicKey, version, mode }, at)
    await joinCluster(trx, row.id, clusterUid)
    if (token.purpose === 'reconnect') {
      await deleteCredential(trx, row.id)
      const { options, provider } = agent
      const objects = agentManifest(manifestInput(deps, { mode, provider: provider as 'generic', options }, null))
      await expectInLedger(trx, row.id, objectsOf(objects), deps.instance, at)
    }
    await markImportStep(trx, row.id, 'identity', { status: 'ok', message: `The agent’s key is ${keyId}.` }, at)
    return { row, again: false, replaces: agent.key_id !== null && agent.key_id !== keyId }
  })
}

/**
 * Binds an agent's key to the cluster that its join token is for. The token is
 * spent by it; a second use and a second cluster with a known key are refused
 * and told to the cluster's administrators.
 */
export async function registerByToken(
  deps: AgentDeps,
  tokenText: string,
  input: Registration,
  address: string,
): Promise<{ cluster: string }> {
  const token = await readJoinToken(deps, tokenText)
  await requireProof(deps, tokenText, input)
  const keyId = await thumbprint(input.publicKey)
  let joined: Awaited<ReturnType<typeof join>>
  try {
    joined = await join(deps, token, input, keyId)
  } catch (error) {
    const told =
      uniqueViolation(error) === null
        ? error
        : exists((await findClusterByUid(deps.store.db, input.clusterUid))?.name ?? 'another cluster')
    if (told instanceof MoorageError) await tellRefusal(deps, token, told, address, keyId)
    throw told
  }
  const { row, again, replaces } = joined
  if (!again) {
    const message = `An agent ${input.version} registered its key ${keyId}.`
    await tell(deps, row.id, { type: 'registered', reason: 'Registered', message, agent: null, address })
    // Whoever has the key of before opens nothing any more, nor keeps what is open.
    if (replaces) await deps.members.cut(row.id, 'An agent with another key took its place.')
    await deps.connections.drop(row.id)
    deps.changes.publish({ type: 'cluster', cluster: row.id, name: row.name, kinds: [], at: deps.now().toISOString() })
  }
  return { cluster: row.id }
}

async function tellRefusal(
  deps: AgentDeps,
  token: JoinTokenRow,
  error: MoorageError,
  address: string,
  keyId: string,
): Promise<void> {
  const reason =
    error.code === 'join_token_invalid'
      ? 'TokenUsedTwice'
      : error.code === 'agent_key_conflict'
        ? 'KeyOfAnotherCluster'
        : 'AnotherCluster'
  const message = `${error.message} It came from ${address} with the key ${keyId}.`
  const event = { type: 'refused' as const, reason, message, agent: null, address }
  await tell(deps, token.cluster_id, event)
  // Whose key it is should know too.
  const owner = error.code === 'agent_key_conflict' ? await findAgentByKey(deps.store.db, keyId) : undefined
  if (owner) await tell(deps, owner.clusterId, event)
  if (error.code === 'join_token_invalid') return
  await markImportStep(
    deps.store.db,
    token.cluster_id,
    'identity',
    { status: 'failed', message: [error.message, error.fix].filter(Boolean).join(' ') },
    deps.now(),
  )
}
