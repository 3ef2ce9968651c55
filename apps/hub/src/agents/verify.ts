import { z } from 'zod'
import { MoorageError } from '../errors.ts'
import { POD_NAME } from '../said.ts'
import { findAgentByKey } from '../store/agents.ts'
import { findTombstoneByKey } from '../store/tombstones.ts'
import { CLOCK_SKEW_MS, requireRecent } from './clock.ts'
import type { AgentDeps } from './deps.ts'
import { keyIdOf, PublicKey, verifiedClaims } from './jws.ts'

/** An agent that has proved who it is. */
export interface VerifiedAgent {
  clusterId: string
  /** Of the cluster. */
  name: string
  pod: string
  keyId: string
}

/** An agent whose cluster was let go: it removes itself. */
export interface RemovedAgent {
  tombstone: true
  /** Id under which the cluster was known. */
  clusterId: string
  name: string
  pod: string
  removal: NonNullable<MoorageError['extra']['removal']>
}

export type VerifyDeps = Pick<AgentDeps, 'store' | 'instance' | 'seen'> & {
  /** Is told of a key that is used in two clusters: those who look after the one that it belongs to should know. */
  copied?: (agent: VerifiedAgent, message: string) => void
}

/** How long an assertion may be valid, in ms. It is made for one call. */
const MAX_LIFETIME_MS = 60_000

const Claims = z.object({
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().min(8).max(100),
  act: z.string(),
  uid: z.string(),
  pod: z.string().regex(POD_NAME),
})

/** One sentence for everything that is wrong with a proof, so that it helps nobody who makes one up. */
const rejected = () =>
  new MoorageError('agent_rejected', 'The agent did not prove that it is one of this hub.', {
    fix: 'If the cluster is to be known here, import it again under its name and apply the new manifest.',
  })

const SCHEME = 'Moorage-Agent '

/**
 * Who an agent is, by its short signed assertion, which is good for one call:
 * key, audience, time, call, cluster, and never twice. Throws `agent_rejected`.
 */
export async function verifyAgent(
  deps: VerifyDeps,
  { authorization, act, now }: { authorization: string | undefined; act: string; now: Date },
): Promise<VerifiedAgent | RemovedAgent> {
  const jws = authorization?.startsWith(SCHEME) ? authorization.slice(SCHEME.length) : ''
  const keyId = keyIdOf(jws)
  if (keyId === null) throw rejected()
  const known = await findAgentByKey(deps.store.db, keyId)
  const gone = known ? undefined : await findTombstoneByKey(deps.store.db, keyId, now)
  const key = PublicKey.safeParse(known?.publicKey ?? gone?.publicKey)
  const claims = key.success ? Claims.safeParse(await verifiedClaims(jws, key.data)) : undefined
  if (!claims?.success) throw rejected()
  const { aud, iat, exp, jti, uid, pod } = claims.data
  if (aud !== deps.instance || claims.data.act !== act) throw rejected()
  if (!(exp > iat && (exp - iat) * 1000 <= MAX_LIFETIME_MS)) throw rejected()
  requireRecent(iat, now, (exp - iat) * 1000)
  const until = new Date(Math.max(exp * 1000, now.getTime()) + 2 * CLOCK_SKEW_MS)
  const used = await deps.seen.use(keyId, jti, until, now)
  if (used === 'again') throw rejected()
  if (used === 'full') {
    throw new MoorageError('unavailable', 'Agents proved who they are too often in the last minutes.', {
      fix: 'The agent comes again by itself, after a while.',
    })
  }
  if (known) {
    if (known.uid !== uid) {
      const message = `The agent’s key is that of ${known.name}, and it runs in another cluster.`
      deps.copied?.({ clusterId: known.clusterId, name: known.name, pod, keyId }, message)
      throw new MoorageError('agent_key_conflict', message, {
        fix: 'Its Secret was copied there. Delete that copy, or import that cluster under a name of its own.',
      })
    }
    const agent = { clusterId: known.clusterId, name: known.name, pod }
    // The cluster was moved to a kubeconfig while its agent was away.
    if (known.connection !== 'agent') {
      return { tombstone: true, ...agent, removal: { instance: deps.instance, objects: [] } }
    }
    return { ...agent, keyId }
  }
  if (gone === undefined) throw rejected()
  const { receipt } = gone
  if (receipt.uid !== null && receipt.uid !== uid) throw rejected()
  // What has no UID is the agent's own, which it knows.
  const objects = receipt.owed.filter(object => object.uid !== '')
  return {
    tombstone: true,
    clusterId: receipt.id,
    name: receipt.name,
    pod,
    removal: { instance: deps.instance, objects },
  }
}

/** The answer to an agent whose cluster was let go. */
export const agentRemoved = ({ name, removal }: RemovedAgent): MoorageError =>
  new MoorageError('agent_removed', `${name} was disconnected from this hub: its agent removes itself.`, { removal })

/** `verifyAgent` for those who only go on with an agent that may stay: one that is to go is told so. */
export const agentVerifier =
  (deps: VerifyDeps & Pick<AgentDeps, 'now'>) =>
  async (given: { authorization: string | undefined; act: string }): Promise<VerifiedAgent> => {
    const agent = await verifyAgent(deps, { ...given, now: deps.now() })
    if ('tombstone' in agent) throw agentRemoved(agent)
    return agent
  }
