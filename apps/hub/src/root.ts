import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@moorage/tunnel/clock.ts'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { resealIssuers } from './access/issuers.ts'
import { openPolicy } from './access/policy-source.ts'
import { startAccessUpkeep } from './access-upkeep.ts'
import { finishLeaving } from './agents/finish-leaving.ts'
import { resealOptions } from './agents/options.ts'
import { seenAssertions } from './agents/seen.ts'
import { sharedAssertions } from './agents/shared-seen.ts'
import { agentRemoved, type VerifiedAgent, verifyAgent } from './agents/verify.ts'
import { startApi } from './api/server.ts'
import { openAudit } from './audit/audit.ts'
import { openHeadKey } from './audit/head-key.ts'
import { keepAudit } from './audit/keeper.ts'
import { type Fleet, startFleet } from './clusters/fleet.ts'
import type { HubConfig } from './config/config.ts'
import { resealCredentials } from './connections/credentials.ts'
import { addressGuard } from './connections/guard.ts'
import { peerSecret } from './connections/peer-secret.ts'
import { openConnections } from './connections/registry.ts'
import { makeSealer } from './connections/sealing.ts'
import { loadSealingKeys } from './connections/sealing-keys.ts'
import { ensureFirstToken } from './first-token.ts'
import { startForwards } from './forwards/forwards.ts'
import { senderOf } from './forwards/otlp-logs.ts'
import { resealForwards } from './forwards/settings.ts'
import { startRetention } from './inventory/retention.ts'
import { ownCa } from './pki/own-ca.ts'
import type { HubTls } from './pki/own-tls.ts'
import { keepRecordings } from './recordings/keeper.ts'
import { keysOfAgents, noteAgent } from './store/agents.ts'
import { instanceId } from './store/meta.ts'
import { migrate, readMigrations } from './store/migrate.ts'
import { openStore } from './store/open.ts'
import { Snapshots } from './store/snapshots.ts'
import { runnerOf } from './terminal-runner.ts'
import { loadTls, startTlsRenewal } from './tls.ts'
import { openTunnels } from './tunnels/tunnels.ts'
import { tunnelUpgrades } from './tunnels/upgrades.ts'
import { startChanges } from './work/changes.ts'
import { startLeases } from './work/leases.ts'

/** The console as it is built in this repository. */
const CONSOLE = join(import.meta.dirname, '../../console/dist')

/** What the hub takes from the world around it. Tests give their own. */
export interface HubWorld {
  log: Logger
  /** Shows the first admin token to whoever started the hub: at once, as it is stored right after. */
  showToken: (token: string) => void
  now?: () => Date
  random?: () => number
  randomBytes?: (bytes: number) => Uint8Array
  /** Milliseconds that never go back. */
  clock?: () => number
  consoleDir?: string | null
}

/** A running hub. Disposing of it stops it in order. */
export interface Hub extends AsyncDisposable {
  url: string
  address: { host: string; port: number }
  ca: HubTls['ca']
  instance: string
  /** Resolves when the hub can not go on, with the reason. */
  failed: Promise<Error>
}

/** Builds everything, from the store up to the API. What was built is disposed of in the opposite order. */
export async function startHub(config: HubConfig, world: HubWorld): Promise<Hub> {
  const { log, now = () => new Date(), random = Math.random, clock = () => performance.now() } = world
  const bytes = world.randomBytes ?? randomBytes
  const warn = (message: string, err: unknown) => log.warn({ err }, message)
  const failure = Promise.withResolvers<Error>()
  await using stack = new AsyncDisposableStack()

  const store = stack.use(await openStore(config.store, { now, random, warn, died: failure.resolve }))
  await migrate(store.db, await readMigrations())
  const instance = await instanceId(store.db, randomUUID)
  if (store.engine === 'pglite') stack.use(new Snapshots(store, config.snapshots, { now, warn }))

  const sealer = makeSealer(await loadSealingKeys(config.sealing, join(config.dataDir, 'keys')), bytes)
  await resealCredentials({ store, sealer }).catch(err => warn('Not every credential could be sealed anew.', err))
  await resealOptions({ store, sealer }).catch(err => warn('Not every proxy of an agent could be sealed anew.', err))
  await resealIssuers({ store, sealer }).catch(err => warn('Not every secret of an issuer could be sealed anew.', err))
  await resealForwards({ store, sealer }).catch(err =>
    warn('Not every secret of a target of the audit log could be sealed anew.', err),
  )
  let tls = await loadTls(config, now())
  const changes = stack.use(await startChanges({ store, now, warn }))
  const replica = randomUUID()
  const leases = stack.use(await startLeases({ store, holder: replica, clock, warn }))
  const guard = addressGuard(config.addresses)
  const secret = await peerSecret({ store, sealer }, bytes).catch(err => {
    warn('The secret of the replicas can not be opened: this one neither dials nor serves others.', err)
    return bytes(32)
  })
  let fleet: Fleet | undefined
  const tunnels = stack.use(
    await openTunnels({
      store,
      replica,
      hubVersion: packageJson.version,
      peerSecret: secret,
      now,
      clock: { ...systemClock, now: clock },
      log,
      keysNow: clusterIds => keysOfAgents(store.db, clusterIds),
      moved: clusterId => fleet?.wake(clusterId),
      greeted: (clusterId, { version, mode, proxied }) => {
        noteAgent(store.db, clusterId, { version, mode, proxied })
          .then(() => fleet?.wake(clusterId))
          .catch(err => warn('What an agent says of itself could not be noted.', err))
        const deps = { store, sealer, guard, connections, instance, members: tunnels, changes, now, random: bytes }
        finishLeaving(deps, clusterId).catch(err => warn('A disconnect could not be finished.', err))
      },
    }),
  )
  const connections = stack.use(openConnections({ store, sealer, guard, tunnels }))
  fleet = stack.use(
    startFleet({
      store,
      changes,
      connections,
      leases,
      log,
      now,
      random,
      hubVersion: packageJson.version,
      eventsKept: config.eventsKept,
    }),
  )
  const { onFailure } = config.audit
  const lost = (err: unknown) => log.error({ err }, 'A line could not be written to the audit log: it is lost.')
  const audit = openAudit({ store, now, onFailure, lost })
  const headKey = await openHeadKey({ store, sealer, instance, warn })
  stack.use(keepRecordings({ store, audit, now, warn }, config.recordings))
  stack.use(keepAudit({ store, headKey, audit, now, warn }, config.audit))
  const policy = stack.use(await openPolicy({ store, changes, warn }))
  stack.use(startAccessUpkeep({ store, leases, policy, audit, connections, instance, now, warn }))
  stack.use(startRetention({ store, now, warn }, { eventsKeptMs: config.eventsRetentionMs }))

  const seen = store.engine === 'postgres' ? sharedAssertions(store) : seenAssertions()
  const upgrades = tunnelUpgrades({
    tunnels,
    secret,
    clock,
    verify: async ({ authorization, act, address }) => {
      const copied = (agent: VerifiedAgent, message: string) =>
        tunnels.refused(agent, address, { reason: 'KeyOfAnotherCluster', message })
      const agent = await verifyAgent({ store, instance, seen, copied }, { authorization, act, now: now() })
      if ('tombstone' in agent) throw agentRemoved(agent)
      return agent
    },
  })
  const firstToken = () => ensureFirstToken({ store, now, random: bytes, show: world.showToken }, config.bootstrap)
  // Who wrote the token into a file may come as soon as the hub is ready; one that is made is shown when it listens.
  if (config.bootstrap.kind === 'file') await firstToken()
  const api = stack.use(
    await startApi(
      {
        ...config.listen,
        tls,
        ca: () => tls.ca,
        drainDelayMs: config.drainDelayMs,
        publicUrl: config.publicUrl === null ? null : new URL(config.publicUrl),
        upgrades,
        agentImage: config.agentImage,
        consoleDir: world.consoleDir === undefined ? (existsSync(CONSOLE) ? CONSOLE : null) : world.consoleDir,
      },
      {
        store,
        changes,
        audit,
        headKey,
        onAuditFailure: onFailure,
        recordingPolicy: config.recordings.policy,
        terminalRunner: runnerOf(config, log),
        policy,
        sealer,
        guard,
        connections,
        instance,
        members: tunnels,
        seen,
        replica,
        ownCa: config.tls.kind === 'own' ? ownCa(config.tls.dir, { now, reload: () => renewal.look() }) : null,
        warn: (message, error) => warn(message, error),
        log,
        now,
        random: bytes,
        info: {
          version: packageJson.version,
          instance,
          store: store.engine,
          terminals: config.terminals,
        },
      },
    ),
  )
  const sender = senderOf({ instance, version: packageJson.version, publicUrl: api.url.href })
  stack.use(startForwards({ store, sealer, guard, sender, leases, audit, now, random, warn }))
  const renewal = stack.use(
    startTlsRenewal(config, tls, {
      now,
      warn,
      use: found => {
        tls = found
        api.useCertificate(found)
      },
    }),
  )
  const peerUrl = config.peerUrl ?? ownUrl(api.address)
  if (peerUrl !== null) tunnels.announce(peerUrl)
  await firstToken()
  const owned = stack.move()
  return {
    url: api.url.origin,
    address: api.address,
    ca: tls.ca,
    instance,
    failed: failure.promise,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Where other replicas reach this one; null where it listens everywhere, which is no address to dial. */
const ownUrl = ({ host, port }: Hub['address']): string | null => {
  if (host === '::' || host === '0.0.0.0') return null
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`
}
