import type { Identity } from '@moorage/contract/hub.ts'
import type { AskForRole, RoleRequest, RoleRequestState } from '@moorage/contract/role-request.ts'
import { MoorageError, notAllowed } from '../errors.ts'
import { deleteBinding, putBinding } from '../store/bindings.ts'
import { listClusterTargets } from '../store/cluster-target.ts'
import {
  countAsked,
  decideRoleRequest,
  findRoleRequest,
  insertRoleRequest,
  listRoleRequests,
  type RoleRequestRow,
} from '../store/role-requests.ts'
import { requirePlace } from './bindings.ts'
import { changeRights, placeOf, type RightsChange, type RightsDeps, requireGrant } from './change-rights.ts'
import { decide } from './decide.ts'
import type { PolicySource } from './policy-source.ts'

/** Nobody has to answer what was asked so long ago, in ms. */
const OPEN_MS = 24 * 3_600_000

/** Requests that one person makes within `DAY_MS`, also such as they withdraw: each is there for others to see. */
const ASKS_A_DAY = 20
const DAY_MS = 24 * 3_600_000

/** Letters of an id: nobody has to guess it, and people type it. */
const ID_LETTERS = 10

interface RequestDeps extends RightsDeps {
  policy: PolicySource
  random: (bytes: number) => Uint8Array
}

type Judging = Pick<RightsChange, 'policy' | 'now' | 'clusterOf'>

const stateOf = ({ state, expires_at }: RoleRequestRow, now: Date): RoleRequestState =>
  state === 'pending' && expires_at <= now ? 'expired' : state

const isOwn = ({ subject_kind, subject_name }: RoleRequestRow, { kind, name }: Identity) =>
  kind === subject_kind && name === subject_name

const may = (who: Identity, verb: 'list' | 'approve', { scope }: RoleRequestRow, { policy, now, clusterOf }: Judging) =>
  decide(who, { kind: 'hub', verb, resource: 'role-requests', ...placeOf(scope, clusterOf) }, policy, now)

function shown(row: RoleRequestRow, who: Identity, judging: Judging): RoleRequest {
  const state = stateOf(row, judging.now)
  return {
    id: row.id,
    subject: { kind: row.subject_kind, name: row.subject_name },
    role: row.role,
    scope: row.scope,
    seconds: row.seconds,
    reason: row.reason,
    state,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
    answer: row.answer,
    binding: row.binding,
    mayDecide: state === 'pending' && !isOwn(row, who) && may(who, 'approve', row, judging).allowed,
  }
}

async function judgingOf({ store, policy, now }: Pick<RequestDeps, 'store' | 'policy' | 'now'>): Promise<Judging> {
  const clusters = await listClusterTargets(store.db)
  const clusterOf = (ref: string) => clusters.find(({ id, name }) => id === ref || name === ref)
  return { policy: policy.current(), now: now(), clusterOf }
}

const isSeen = (row: RoleRequestRow, who: Identity, judging: Judging) =>
  isOwn(row, who) || (['list', 'approve'] as const).some(verb => may(who, verb, row, judging).allowed)

/** The asker's own requests, and those of the places whose requests they may see or decide about. */
export async function visibleRoleRequests(
  deps: Pick<RequestDeps, 'store' | 'policy' | 'now'>,
  who: Identity,
  state?: RoleRequestState,
): Promise<RoleRequest[]> {
  const judging = await judgingOf(deps)
  return (await listRoleRequests(deps.store.db, judging.now, state))
    .filter(row => isSeen(row, who, judging))
    .map(row => shown(row, who, judging))
}

/** Whether somebody may know of a request: their own, or one that they may see or decide about. */
export async function seesRoleRequest(
  deps: Pick<RequestDeps, 'store' | 'policy' | 'now'>,
  who: Identity,
  id: string,
): Promise<boolean> {
  const row = await findRoleRequest(deps.store.db, id)
  return row !== undefined && isSeen(row, who, await judgingOf(deps))
}

/** Those who look at a list of requests, and those who asked, see that something has happened. */
const tell = ({ changes, now }: Pick<RequestDeps, 'changes' | 'now'>, id: string) =>
  changes.publish({ type: 'role-request', cluster: '', name: id, kinds: [], at: now().toISOString() })

/** Asks for a role. It gives nothing by itself. */
export async function askForRole(deps: RequestDeps, input: AskForRole, who: Identity): Promise<RoleRequest> {
  const { store, policy, now, random } = deps
  const { kind, name } = who
  if (kind !== 'user' && kind !== 'service-account') {
    throw new MoorageError('bad_request', 'An admin token may do everything, so there is nothing to ask for.', {
      fix: 'To ask for somebody, sign in as them: moorage login.',
    })
  }
  if (!policy.current().roles.has(input.role)) {
    throw new MoorageError('not_found', `There is no role ${input.role}.`, {
      fix: 'The built-in ones are documented; an administrator knows the others.',
    })
  }
  const at = now()
  if ((await countAsked(store.db, { kind, name }, new Date(at.getTime() - DAY_MS))) >= ASKS_A_DAY) {
    throw new MoorageError('too_many_requests', `You have made ${ASKS_A_DAY} requests within a day.`, {
      fix: 'Try again tomorrow, or tell somebody who decides about them what you need.',
    })
  }
  const id = Buffer.from(random(ID_LETTERS)).toString('hex').slice(0, ID_LETTERS)
  const asked = { role: input.role, scope: input.scope, reason: input.reason, seconds: input.seconds }
  await insertRoleRequest(store.db, {
    id,
    subject_kind: kind,
    subject_name: name,
    ...asked,
    created_at: at,
    expires_at: new Date(at.getTime() + OPEN_MS),
  })
  tell(deps, id)
  return shown((await findRoleRequest(store.db, id))!, who, await judgingOf(deps))
}

const unknown = (id: string) =>
  new MoorageError('not_found', `There is no request ${id}, or you may not see it.`, {
    fix: 'List the requests to see their ids.',
  })

const settled = (row: RoleRequestRow, now: Date) =>
  new MoorageError('in_use', `The request ${row.id} is ${stateOf(row, now)} already.`, {
    fix: 'Whoever needs the role asks again.',
  })

const overtaken = (id: string) =>
  new MoorageError('in_use', `The request ${id} was decided by somebody else just now.`, {
    fix: 'List the requests to see what became of it.',
  })

/** A request that the asker may decide about, and that waits for it. */
async function requireDecidable(
  db: RightsDeps['store']['db'],
  id: string,
  who: Identity,
  judging: Judging,
): Promise<RoleRequestRow> {
  const row = await findRoleRequest(db, id)
  if (row === undefined || !isSeen(row, who, judging)) throw unknown(id)
  const decision = may(who, 'approve', row, judging)
  if (!decision.allowed) throw notAllowed(decision.because)
  if (isOwn(row, who)) {
    throw new MoorageError('forbidden', 'Nobody decides about their own request.', {
      fix: 'Somebody else who may approve requests there decides about it.',
    })
  }
  if (stateOf(row, judging.now) !== 'pending') throw settled(row, judging.now)
  return row
}

/** What became of a request, told to whoever looks at it. */
async function decided(deps: RequestDeps, id: string, who: Identity): Promise<RoleRequest> {
  tell(deps, id)
  const row = await findRoleRequest(deps.store.db, id)
  if (row === undefined) throw unknown(id)
  return shown(row, who, await judgingOf(deps))
}

/** Gives the role, by a binding that ends by itself. */
export async function approveRequest(
  deps: RequestDeps,
  id: string,
  { seconds, answer = null }: { seconds?: number | undefined; answer?: string | null | undefined },
  who: Identity,
): Promise<RoleRequest> {
  await changeRights(deps, who, async rights => {
    const { trx, policy, now } = rights
    const row = await requireDecidable(trx, id, who, rights)
    const given = Math.min(seconds ?? row.seconds, row.seconds)
    const expiresAt = new Date(now.getTime() + given * 1_000)
    const role = policy.roles.get(row.role)
    if (role === undefined) {
      throw new MoorageError('not_found', `There is no role ${row.role} any more.`, {
        fix: 'Deny the request; whoever asked can ask for another role.',
      })
    }
    const binding = {
      name: `request-${id}`,
      role: row.role,
      subjects: [{ kind: row.subject_kind, name: row.subject_name }],
      scope: row.scope,
      expiresAt: expiresAt.toISOString(),
      reason: row.reason,
    }
    await requirePlace(rights, binding)
    requireGrant(rights, { role, scope: row.scope, expiresAt })
    await putBinding(trx, binding, who.name, now)
    const decision = { state: 'approved' as const, decided_at: now, decided_by: who.name }
    const values = { ...decision, answer, binding: binding.name, seconds: given }
    if (!(await decideRoleRequest(trx, id, 'pending', values))) throw overtaken(id)
  })
  return decided(deps, id, who)
}

/** Says no. No right changes by it, so it waits for no other change of rights. */
export async function denyRequest(
  deps: RequestDeps,
  id: string,
  answer: string | undefined,
  who: Identity,
): Promise<RoleRequest> {
  const { db } = deps.store
  const judging = await judgingOf(deps)
  await requireDecidable(db, id, who, judging)
  const decision = { state: 'denied' as const, decided_at: judging.now, decided_by: who.name, answer: answer ?? null }
  if (!(await decideRoleRequest(db, id, 'pending', decision))) throw overtaken(id)
  return decided(deps, id, who)
}

/** Takes back one's own request; of an approved one, the role is given back. */
export async function withdrawRequest(deps: RequestDeps, id: string, who: Identity): Promise<RoleRequest> {
  const requireOwn = async (db: RightsDeps['store']['db'], now: Date) => {
    const row = await findRoleRequest(db, id)
    if (row === undefined || !isOwn(row, who)) throw unknown(id)
    const state = stateOf(row, now)
    if (state !== 'pending' && state !== 'approved') throw settled(row, now)
    return { ...row, state }
  }
  const at = deps.now()
  const withdrawn = { state: 'withdrawn' as const, decided_at: at, decided_by: who.name }
  const { state } = await requireOwn(deps.store.db, at)
  // Only an approved one gives anything: for another, no other change of rights has to wait.
  if (state === 'approved' || !(await decideRoleRequest(deps.store.db, id, 'pending', withdrawn))) {
    await changeRights(deps, who, async ({ trx, now }) => {
      const row = await requireOwn(trx, now)
      if (row.binding !== null) await deleteBinding(trx, row.binding)
      await decideRoleRequest(trx, id, row.state, withdrawn)
    })
  }
  return decided(deps, id, who)
}
