import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The hub's metrics, in a registry of their own. */
export interface Metrics {
  /** Notes one answered request. `route` is a pattern, never an address as it was sent. */
  request(labels: { route: string; method: string; status: number }, seconds: number): void
  streams(open: number): void
  auditFailed(): void
  /** The page that Prometheus reads. */
  page(): Promise<{ type: string; text: string }>
}

/** What is counted when the page is read. */
export interface MetricsSource {
  /** Number of clusters in each phase. */
  clustersByPhase(): Promise<ReadonlyMap<string, number>>
  /** How far each target of the audit log is. */
  auditForwards(): Promise<readonly { name: string; state: string; lag: number; sent: number; lost: number }[]>
  /** Whether the store answers. */
  storeAnswers(): Promise<boolean>
}

/** Seconds. A list page should be within 50 ms; a connect check may take tens of seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]

/** Other methods count as one, as a client can make up as many as it likes. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export function makeMetrics(info: { version: string; store: string }, source: MetricsSource): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'moorage_info',
    help: 'Always 1; version and store are its labels.',
    labelNames: ['version', 'store'],
    registers,
  }).set(info, 1)
  const requests = new Histogram({
    name: 'moorage_http_request_duration_seconds',
    help: 'How long requests took, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: BUCKETS,
    registers,
  })
  const streams = new Gauge({
    name: 'moorage_http_open_streams',
    help: 'Event streams that are open now.',
    registers,
  })
  const auditFailures = new Counter({
    name: 'moorage_audit_failures_total',
    help: 'Entries that could not be written to the audit log.',
    registers,
  })
  new Gauge({
    name: 'moorage_store_up',
    help: '1 where the database answers.',
    registers,
    async collect() {
      this.set((await source.storeAnswers()) ? 1 : 0)
    },
  })
  new Gauge({
    name: 'moorage_clusters',
    help: 'Clusters known to the hub, by phase.',
    labelNames: ['phase'],
    registers,
    async collect() {
      this.reset()
      const phases = await source.clustersByPhase().catch(() => new Map<string, number>())
      for (const [phase, count] of phases) this.set({ phase }, count)
    },
  })

  const forwardGauge = (name: string, help: string, collect?: () => Promise<void>) =>
    new Gauge({
      name: `moorage_audit_forward_${name}`,
      help,
      labelNames: ['target'],
      registers,
      ...(collect && { collect }),
    })
  const failing = forwardGauge('failing', '1 where a target of the audit log did not take the last try.')
  const sent = forwardGauge('sent_lines', 'Lines of the audit log that a target took.')
  const lost = forwardGauge('lost_lines', 'Lines that were deleted before a target took them.')
  const lag = forwardGauge('lag_lines', 'Lines of the audit log that a target does not have yet.', async () => {
    const targets = await source.auditForwards().catch(() => [])
    for (const gauge of [failing, sent, lost, lag]) gauge.reset()
    for (const { name: target, state, ...figures } of targets) {
      failing.set({ target }, state === 'failing' ? 1 : 0)
      sent.set({ target }, figures.sent)
      lost.set({ target }, figures.lost)
      lag.set({ target }, figures.lag)
    }
  })

  return {
    request({ route, method, status }, seconds) {
      requests.observe({ route, method: METHODS.includes(method) ? method : 'other', status }, seconds)
    },
    streams: open => streams.set(open),
    auditFailed: () => auditFailures.inc(),
    page: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}
