import type { Identity } from '@moorage/contract/hub.ts'
import { type AccessRequest, decide } from '../../access/decide.ts'
import { type Asked, askedRequest, explain as explained } from '../../access/explain.ts'
import { needed } from '../../access/needed.ts'
import { recordingPolicy, rolesOnRecording } from '../../access/recording-policy.ts'
import { askMember } from '../../kubeproxy/ask-member.ts'
import { whyNotAsConnection } from '../../kubeproxy/rights.ts'
import { recordingPolicyOf } from '../../store/recordings.ts'
import { findServiceAccount } from '../../store/service-accounts.ts'
import { findUser } from '../../store/users.ts'
import { os, whoAsks } from '../context.ts'
import type { ApiDeps } from '../deps.ts'
import { requireRight, requireVisibleCluster } from '../rights.ts'

/** Whether a session that begins so would be recorded; null of what is none. */
async function recordingOf(deps: ApiDeps, who: Identity, request: Asked) {
  if (request.kind !== 'kubernetes' || request.apiGroup !== '' || request.resource !== 'pods') return null
  if (request.subresource !== 'exec' && request.subresource !== 'attach') return null
  return recordingPolicy({
    hub: deps.recordingPolicy,
    cluster: (await recordingPolicyOf(deps.store.db, request.cluster.id)) ?? null,
    roles: rolesOnRecording(who, needed(request), deps.policy.current(), deps.now()),
  })
}

/** Why somebody gets nowhere whatever they may: nobody is let in by that name, or not now. */
async function whyKeptOut({ store }: ApiDeps, { kind, name }: Pick<Identity, 'kind' | 'name'>) {
  if (kind === 'service-account') {
    const found = await findServiceAccount(store.db, name)
    return { because: null, note: found === undefined ? ` There is no service account ${name} now.` : '' }
  }
  const user = await findUser(store.db, name)
  if (user === undefined) return { because: null, note: ` Nobody called ${name} has signed in, or was made, yet.` }
  return { because: user.disabled_at === null ? null : `User ${name} is disabled.`, note: '' }
}

/** Explains a decision, of the asker’s own or, to whoever may list the bindings there, of anybody’s. */
export const explain = os.access.explain.handler(
  async ({ context, input: { as, asKind, groups, way, from, ...asked } }) => {
    const { deps } = context
    const asker = whoAsks(context)
    const cluster = await requireVisibleCluster(context, asked.cluster)
    const other: Identity | null =
      as === undefined || (as === asker.name && asKind === asker.kind && groups === undefined)
        ? null
        : { kind: asKind, id: '', name: as, groups: groups?.split(',').filter(group => group !== '') ?? [] }
    if (other !== null) requireRight(context, { verb: 'list', resource: 'bindings', cluster })
    // Their own address is that of who asks about themselves.
    const address = from ?? (other === null ? (asker.arrival?.address ?? null) : null)
    const who = { ...(other ?? asker), arrival: { way, address } }
    const request = askedRequest(asked, cluster)
    const judged = explained(who, request, deps.policy.current(), deps.now())
    const out = other === null ? { because: null, note: '' } : await whyKeptOut(deps, other)
    if (out.because !== null)
      return {
        ...judged,
        allowed: false,
        because: out.because,
        wall: 'hub-rule' as const,
        binding: null,
        role: null,
        rule: null,
      }
    const found = { ...judged, because: judged.because + out.note }
    if (!found.allowed) return found
    const explanation = { ...found, recording: await recordingOf(deps, who, request) }
    const asking = { ...deps, policy: deps.policy.current(), now: deps.now() }
    const { actsAs, refuses, unasked } = await askMember(
      asking,
      { ...who, groups: explanation.subject.groups },
      request,
    )
    if (refuses !== null)
      return { ...explanation, allowed: false, because: refuses, wall: 'member-rbac' as const, actsAs }
    const judge = (who: Identity, wanted: AccessRequest) => decide(who, wanted, deps.policy.current(), deps.now())
    const why = actsAs === 'connection' ? whyNotAsConnection(who, request, judge) : null
    if (why !== null) return { ...explanation, allowed: false, because: why, wall: 'hub-rule' as const, actsAs }
    const note =
      unasked !== null
        ? ` The cluster itself could not be asked: ${unasked}`
        : actsAs === 'connection'
          ? ' The cluster sees the request as the connection’s own, so the hub’s rules alone say who may do it.'
          : ''
    return { ...explanation, because: explanation.because + note, actsAs }
  },
)
