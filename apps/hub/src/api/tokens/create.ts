import type { CreateToken } from '@moorage/contract/hub.ts'
import { noServiceAccount } from '../../access/service-accounts.ts'
import { createToken, type TokenFor } from '../../access/tokens.ts'
import { MoorageError } from '../../errors.ts'
import { findServiceAccount } from '../../store/service-accounts.ts'
import { isGoodCredential } from '../../store/valid-credentials.ts'
import { type ApiContext, asksBy, os, whoAsks } from '../context.ts'
import { requireNotForbidden, requireRight, requireVisibleCluster } from '../rights.ts'
import { takeoverGuard } from '../takeover.ts'

/** Whom it is for, once it is clear that the asker may make one for them. */
async function ownerOf(context: ApiContext, { serviceAccount, scope }: CreateToken): Promise<TokenFor> {
  const who = whoAsks(context)
  if (serviceAccount !== undefined) {
    requireRight(context, { verb: 'create', resource: 'tokens' })
    const guard = await takeoverGuard(context)
    guard({ kind: 'service-account', name: serviceAccount })
    const found = await findServiceAccount(context.deps.store.db, serviceAccount)
    if (found === undefined) throw noServiceAccount(serviceAccount)
    return { kind: 'service-account', id: found.id, name: found.name }
  }
  requireNotForbidden(context, { verb: 'create', resource: 'tokens' })
  if (who.kind === 'user') return { kind: 'user', id: who.id, name: who.name, groups: who.groups }
  if (who.kind !== 'token') {
    throw new MoorageError('forbidden', 'A service account makes no tokens for itself.', {
      fix: 'Somebody who may makes them: name the service account.',
    })
  }
  if (scope !== undefined) {
    throw new MoorageError('bad_request', 'A token of the hub itself may do everything, so it can not be limited.', {
      fields: [{ path: 'scope', message: 'is only for tokens of users and service accounts' }],
    })
  }
  return { kind: 'token' }
}

/** The clusters by their names, as scopes are kept; one that is not there is mostly a slip, and the token good for nothing. */
async function namedIn(context: ApiContext, scope: CreateToken['scope']): Promise<CreateToken['scope']> {
  if (scope?.clusters === undefined) return scope
  const found = await Promise.all(scope.clusters.map(ref => requireVisibleCluster(context, ref)))
  return { ...scope, clusters: found.map(({ name }) => name) }
}

export const create = os.tokens.create.handler(async ({ context, input }) => {
  const owner = await ownerOf(context, input)
  const wanted = { ...input, scope: await namedIn(context, input.scope) }
  const created = await createToken(context.deps, wanted, whoAsks(context), owner, trx =>
    isGoodCredential(trx, asksBy(context).via, context.deps.now()),
  )
  context.note.target = `tokens/${created.id}`
  return created
})
