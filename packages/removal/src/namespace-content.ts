import { getJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { AUTOMATIC, AUTOMATIC_ACCOUNTS, isSecretOf } from './automatic.ts'
import { countIn, QUOTAS } from './count.ts'
import { contentOf, inWords } from './foreign.ts'
import { inTurn } from './in-turn.ts'
import { AT_ONCE, type Kind, resourceName } from './kinds.ts'
import { look, pathOf } from './look.ts'
import type { Found } from './object-ref.ts'
import { AGENT_NAME, OWN_KINDS } from './own-objects.ts'

/**
 * Whether the agent's namespace holds nothing but what is ours and what the
 * cluster put there: null, or else the words for why it has to stay. Kinds
 * that the agent may list are listed, all others are counted.
 */
export async function whyNamespaceStays(
  transport: KubeTransport,
  kinds: readonly Kind[],
  place: { instance: string; namespace: string },
  ours: readonly Found[],
  signal: AbortSignal,
): Promise<string | null> {
  const uids = new Set(ours.map(({ uid }) => uid))
  const { foreign, forbidden, unlisted } = await contentOf(transport, kinds, place.namespace, uids, signal)
  if (foreign.length > 0) return `it holds what is not Moorage's: ${inWords(foreign)}`
  if (unlisted.length > 0)
    return `it can not be told whether it is empty, as ${unlisted.map(({ what }) => what).join(', ')} could not be listed`
  if (forbidden.length === 0) return null
  const expected = await expectedCounts(transport, forbidden, place.namespace, ours, signal)
  const asHoped = (counts: ReadonlyMap<Kind, number>) => tooMany(counts, expected).length === 0
  let counts: ReadonlyMap<Kind, number> | null
  try {
    counts = await countIn(transport, place, forbidden, asHoped, signal)
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error
    return `it can not be told whether it is empty. ${error.message}`
  }
  if (counts === null) return 'it can not be told whether it is empty, as the cluster did not count what is in it'
  const others = tooMany(counts, expected)
  return others.length === 0 ? null : `it holds what is not Moorage's: ${others.join(', ')}`
}

/** `2 of secrets` for each kind that there is more of than is ours. */
export const tooMany = (counts: ReadonlyMap<Kind, number>, expected: ReadonlyMap<Kind, number>): string[] =>
  [...counts].flatMap(([kind, count]) => {
    const more = count - (expected.get(kind) ?? 0)
    return more > 0 ? [`${more} of ${resourceName(kind)}`] : []
  })

async function expectedCounts(
  transport: KubeTransport,
  kinds: readonly Kind[],
  namespace: string,
  ours: readonly Found[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Kind, number>> {
  const counts = await inTurn(kinds, AT_ONCE, async kind => {
    const isOne = ({ resource }: Found) => resource.group === kind.group && resource.resource === kind.resource
    const own = ours.filter(object => object.namespace === namespace && isOne(object)).length
    if (kind.group === QUOTAS.group && kind.resource === QUOTAS.resource) return [kind, own + 1] as const // the one that counts
    if (kind.group === '' && kind.resource === 'secrets')
      return [kind, own + (await accountSecrets(transport, namespace, signal))] as const
    const names = AUTOMATIC.find(({ group, resource }) => group === kind.group && resource === kind.resource)?.names
    const there = await inTurn(names ?? [], AT_ONCE, name =>
      ifAllowed(look(transport, kind, { namespace, name }, signal)),
    )
    return [kind, own + there.filter(found => found !== null).length] as const
  })
  return new Map(counts)
}

interface ServiceAccount {
  secrets?: { name?: string }[]
  imagePullSecrets?: { name?: string }[]
}

/** How many Secrets controllers made for the namespace's own ServiceAccounts and ours, by what those name. */
async function accountSecrets(transport: KubeTransport, namespace: string, signal: AbortSignal): Promise<number> {
  const names = await inTurn([...AUTOMATIC_ACCOUNTS, AGENT_NAME], AT_ONCE, async name => {
    const path = pathOf(OWN_KINDS.ServiceAccount, { namespace, name })
    const account = await ifAllowed(getJson<ServiceAccount>(transport, path, signal))
    return [...(account?.secrets ?? []), ...(account?.imagePullSecrets ?? [])].flatMap(secret =>
      secret.name !== undefined && isSecretOf(name, secret.name) ? [secret.name] : [],
    )
  })
  return new Set(names.flat()).size
}

/** Null for what is not there, and for what may not be looked at: it counts as somebody's then. */
async function ifAllowed<T>(asked: Promise<T | null>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof KubeStatusError && (error.status === 403 || error.status === 404)) return null
    throw error
  }
}
