import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import type { AuditForward, ChangeAuditForward, WriteAuditForward } from '@moorage/contract/audit-forward.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { AddressRefusedError } from '../connections/guard.ts'
import { MoorageError } from '../errors.ts'
import {
  type AuditForwardRow,
  auditEnds,
  changeAuditForward,
  deleteAuditForward,
  findAuditForward,
  listAuditForwards,
  putAuditForward,
  resealAuditForward,
} from '../store/audit-forwards.ts'
import type { Store } from '../store/store.ts'
import type { Secrets } from './delivery.ts'
import { openSecrets, secretContext, type WayDeps } from './open-way.ts'
import { isInTheClear, readTarget, type Target } from './target.ts'

export type SettingsDeps = Pick<WayDeps, 'sealer' | 'guard' | 'now'> & { store: Pick<Store, 'db'> }

/** Each costs a lease and a look at the log every second. */
const MOST = 20

const refused = (path: string, message: string, fix: string) =>
  new MoorageError('bad_request', message, { fields: [{ path, message }], fix })

const unknown = (name: string) =>
  new MoorageError('not_found', `The audit log is not sent to anything called ${name}.`, {
    fix: 'List the targets to see their names.',
  })

const stateOf = ({ enabled, failing_since }: AuditForwardRow, lag: number): AuditForward['state'] => {
  if (!enabled) return 'disabled'
  if (failing_since !== null) return 'failing'
  return lag > 0 ? 'behind' : 'current'
}

function toForward(row: AuditForwardRow, newest: number): AuditForward {
  const { options } = row
  const lag = Math.max(0, newest - row.position)
  return {
    ...{ ...options, name: row.name, to: row.url },
    ...{ state: stateOf(row, lag), position: row.position, lag, sent: row.sent, lost: row.lost },
    lastSentAt: row.last_sent_at?.toISOString() ?? null,
    failingSince: row.failing_since?.toISOString() ?? null,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  }
}

/** Every target, and how far each is. */
export async function allForwards({ store: { db } }: Pick<SettingsDeps, 'store'>): Promise<AuditForward[]> {
  const [rows, { newest }] = await Promise.all([listAuditForwards(db), auditEnds(db)])
  return rows.map(row => toForward(row, newest))
}

export async function findForward({ store }: Pick<SettingsDeps, 'store'>, name: string): Promise<AuditForwardRow> {
  const found = await findAuditForward(store.db, name)
  if (found === undefined) throw unknown(name)
  return found
}

const shown = async (deps: SettingsDeps, name: string): Promise<AuditForward> =>
  toForward(await findForward(deps, name), (await auditEnds(deps.store.db)).newest)

/** The number of the line before the first that is to be sent. */
async function placeOf({ store }: Pick<SettingsDeps, 'store'>, from: WriteAuditForward['from']): Promise<number> {
  const { oldest, newest } = await auditEnds(store.db)
  if (from === 'start') return Math.max(0, oldest - 1)
  if (from === 'now' || from === undefined) return newest
  if (from > newest + 1) throw refused('from', `The newest line is ${newest}.`, 'Give a number up to the next one.')
  return from - 1
}

function checkPem(path: string, pem: string | null | undefined, read: (pem: string) => unknown): void {
  if (pem === undefined || pem === null) return
  try {
    read(pem)
  } catch {
    throw refused(path, 'It is no PEM that can be used.', 'Give the text from -----BEGIN to -----END.')
  }
}

/** Refuses what could not work, or would give a secret away. */
function check(target: Target, input: WriteAuditForward, secrets: Secrets): void {
  const isHttp = target.by === 'http'
  if (!isHttp && (Object.keys(secrets.headers).length > 0 || secrets.hmacKey !== undefined)) {
    throw refused('headers', 'Syslog has neither headers nor signatures.', 'Leave them out, or take https.')
  }
  if (isInTheClear(target) && (Object.keys(secrets.headers).length > 0 || secrets.query !== undefined)) {
    throw refused('to', 'A header or a query would go over the network in the clear.', 'Take https.')
  }
  if ((input.clientCertificate === undefined) !== (secrets.clientKey === undefined)) {
    throw refused('clientKey', 'A client’s certificate and its key go together.', 'Give both, or neither.')
  }
  checkPem('ca', input.ca, pem => new X509Certificate(pem))
  checkPem('clientCertificate', input.clientCertificate, pem => new X509Certificate(pem))
  checkPem('clientKey', input.clientKey, createPrivateKey)
}

/** What is secret from now on: what was given, and what is kept of before where that was for the same host. */
function secretsOf(deps: SettingsDeps, target: Target, input: WriteAuditForward, before: AuditForwardRow | undefined) {
  const same = before !== undefined && readTarget(before.url).origin === target.origin
  const kept: Secrets = same ? openSecrets(deps.sealer, before) : { headers: {} }
  if (before !== undefined && !same) {
    const { headers, signed, clientCertificate } = before.options
    const missing = [
      ...(headers.length > 0 && input.headers === undefined ? ['headers'] : []),
      ...(signed && input.hmacKey === undefined ? ['hmacKey'] : []),
      ...(clientCertificate !== undefined && input.clientKey === undefined ? ['clientKey'] : []),
    ]
    if (missing[0] !== undefined) {
      throw refused(
        missing[0],
        `Its ${missing.join(' and ')} were given for another host, and do not count for this one.`,
        'Give them for the new host, or say that there are none: {} for headers, null for a key.',
      )
    }
  }
  const hmacKey = input.hmacKey === undefined ? kept.hmacKey : (input.hmacKey ?? undefined)
  const clientKey = input.clientKey === undefined ? kept.clientKey : (input.clientKey ?? undefined)
  const query = target.url.search
  return {
    headers: input.headers ?? kept.headers,
    ...(hmacKey !== undefined && { hmacKey }),
    ...(clientKey !== undefined && { clientKey }),
    ...(query !== '' && { query }),
  }
}

/** Adds a target or sets one anew. It need not be there yet: what it does not take waits. */
export async function writeForward(
  deps: SettingsDeps,
  input: WriteAuditForward,
  who: Pick<Identity, 'name'>,
): Promise<AuditForward> {
  const { store, sealer, guard, now } = deps
  const { name, ca, clientCertificate } = input
  const target = readTarget(input.to)
  await guard.check(target.host).catch(error => {
    if (error instanceof AddressRefusedError) {
      throw new MoorageError('address_not_allowed', `${error.message}.`, { cause: error })
    }
  })
  const rows = await listAuditForwards(store.db)
  const before = rows.find(row => row.name === name)
  if (before === undefined && rows.length >= MOST) {
    throw refused('name', `The audit log is sent to ${MOST} targets already.`, 'Remove one first.')
  }
  const secrets = secretsOf(deps, target, input, before)
  check(target, input, secrets)
  const hasSecrets = Object.keys(secrets).length > 1 || Object.keys(secrets.headers).length > 0
  const sealed = hasSecrets ? sealer.seal(JSON.stringify(secrets), secretContext(name, target.origin)) : null
  await putAuditForward(store.db, {
    name,
    version: randomUUID(),
    url: target.shown,
    options: JSON.stringify({
      ...(ca !== undefined && { ca }),
      ...(clientCertificate !== undefined && { clientCertificate }),
      headers: Object.keys(secrets.headers),
      signed: secrets.hmacKey !== undefined,
      hasQuery: secrets.query !== undefined,
    }),
    sealed: sealed?.sealed ?? null,
    key_id: sealed?.keyId ?? null,
    enabled: before?.enabled ?? true,
    position: before !== undefined && input.from === undefined ? null : await placeOf(deps, input.from),
    created_at: now(),
    created_by: who.name,
  })
  return shown(deps, name)
}

/** Stops sending, goes on, or begins elsewhere. */
export async function changeForward(
  deps: SettingsDeps,
  name: string,
  { enabled, from }: ChangeAuditForward,
): Promise<AuditForward> {
  const position = from === undefined ? undefined : await placeOf(deps, from)
  const change = { version: randomUUID(), ...(enabled !== undefined && { enabled }) }
  if (!(await changeAuditForward(deps.store.db, name, { ...change, ...(position !== undefined && { position }) }))) {
    throw unknown(name)
  }
  return shown(deps, name)
}

export async function removeForward({ store }: Pick<SettingsDeps, 'store'>, name: string): Promise<void> {
  if (!(await deleteAuditForward(store.db, name))) throw unknown(name)
}

/** After a change of the hub's key. */
export async function resealForwards({ store, sealer }: Pick<SettingsDeps, 'store' | 'sealer'>): Promise<void> {
  for (const { name, url, sealed } of await listAuditForwards(store.db)) {
    const again = sealed === null ? null : sealer.reseal(sealed, secretContext(name, readTarget(url).origin))
    if (sealed !== null && again !== null) await resealAuditForward(store.db, name, sealed, again)
  }
}
