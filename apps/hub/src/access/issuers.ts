import type { Identity } from '@moorage/contract/hub.ts'
import { type Issuer, IssuerOptions, type WriteIssuer } from '@moorage/contract/issuer.ts'
import { MoorageError } from '../errors.ts'
import { deleteIssuer, findIssuer, type IssuerRow, listIssuers, putIssuer, resealIssuer } from '../store/issuers.ts'
import type { Store } from '../store/store.ts'
import { cutCredentials, findUserOfOther, holdUsersOf } from '../store/users.ts'
import { type IssuerClients, type Sealing, secretContext } from './issuer-client.ts'
import { LOCAL, settle, type UserDeps } from './users.ts'

export interface IssuerDeps {
  store: Pick<Store, 'db'>
  sealer: Sealing
  issuers: IssuerClients
  now: () => Date
  info: { publicUrl: string }
}

/** Where an issuer sends people back to. Each has its own, so that one can not pass its answers off as another's. */
export const redirectUri = (publicUrl: string, name: string) => `${publicUrl}/auth/${name}/callback`

const toIssuer = (row: IssuerRow, publicUrl: string): Issuer => ({
  ...row.options,
  name: row.name,
  url: row.url,
  clientId: row.client_id,
  hasSecret: row.sealed_secret !== null,
  redirectUri: redirectUri(publicUrl, row.name),
  createdAt: row.created_at.toISOString(),
})

export const allIssuers = async ({ store, info }: Pick<IssuerDeps, 'store' | 'info'>): Promise<Issuer[]> =>
  (await listIssuers(store.db)).map(row => toIssuer(row, info.publicUrl))

/** Adds an issuer or changes one, once it has shown that it is there. */
export async function writeIssuer(
  deps: IssuerDeps,
  { name, url, clientId, clientSecret, ...rest }: WriteIssuer,
  who: Pick<Identity, 'name'>,
): Promise<Issuer> {
  if (name === LOCAL) {
    throw new MoorageError('subject_exists', `"${LOCAL}" is what the hub’s own users are said to come from.`, {
      fix: 'Take another name.',
    })
  }
  const others = (await listIssuers(deps.store.db)).filter(row => row.name !== name)
  const other = others.find(row => row.url === url)
  if (other !== undefined) {
    throw new MoorageError('subject_exists', `The issuer at ${url} is known as ${other.name} already.`, {
      fix: 'Change that one, or remove it first.',
    })
  }
  const options = IssuerOptions.parse(rest)
  const before = await findIssuer(deps.store.db, name)
  if (before !== undefined && before.url !== url) {
    // Users are known by what the issuer calls them: at another one the same words mean somebody else.
    throw new MoorageError('subject_exists', `Issuer ${name} is at ${before.url}, and its users are known by that.`, {
      fix: 'Add the new address under another name.',
    })
  }
  const left = await findUserOfOther(deps.store.db, name, url)
  if (left !== undefined) {
    // The same `sub` would be somebody else.
    throw new MoorageError(
      'subject_exists',
      `There are users, such as ${left.name}, of an issuer ${name} that was at ${left.issuer_url ?? 'another address'}.`,
      { fix: 'Take another name for the issuer, or delete those users first.' },
    )
  }
  if (others.length > 0 && options.groupsPrefix === '' && before?.options.groupsPrefix !== '') {
    throw new MoorageError('bad_request', `Groups of ${name} could not be told from those of ${others[0]?.name}.`, {
      fields: [{ path: 'groupsPrefix', message: 'must not be empty where there is another issuer' }],
      fix: `Give a prefix for its groups, such as "${name}:".`,
    })
  }
  const context = secretContext(name, url)
  const kept = before?.sealed_secret ?? null
  const secret = clientSecret ?? (kept === null ? null : deps.sealer.open(kept, context))
  await deps.issuers.open({ name, url, clientId, secret, options })
  const sealed = secret === null ? null : deps.sealer.seal(secret, context)
  await putIssuer(deps.store.db, {
    name,
    url,
    client_id: clientId,
    sealed_secret: sealed?.sealed ?? null,
    key_id: sealed?.keyId ?? null,
    options: JSON.stringify(options),
    created_at: deps.now(),
    created_by: who.name,
  })
  return toIssuer((await findIssuer(deps.store.db, name))!, deps.info.publicUrl)
}

/** Takes an issuer out. Nobody asks it about its people any more, so what they were let in by ends; they stay. */
export async function removeIssuer(deps: UserDeps, name: string): Promise<{ sessions: number; tokens: number }> {
  const cut = await deps.store.db.transaction().execute(async trx => {
    if (!(await deleteIssuer(trx, name))) {
      throw new MoorageError('not_found', `There is no issuer ${name}.`, {
        fix: 'List the issuers to see their names.',
      })
    }
    await holdUsersOf(trx, name)
    return cutCredentials(trx, { source: name }, { now: deps.now() })
  })
  await settle(deps)
  return cut
}

/** After a change of the hub's key. */
export async function resealIssuers({ store, sealer }: Pick<IssuerDeps, 'store' | 'sealer'>): Promise<void> {
  for (const { name, url, sealed_secret } of await listIssuers(store.db)) {
    const again = sealed_secret === null ? null : sealer.reseal(sealed_secret, secretContext(name, url))
    if (sealed_secret !== null && again !== null) await resealIssuer(store.db, name, sealed_secret, again)
  }
}
