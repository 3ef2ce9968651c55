/** What every process of the benchmark is started with, by its environment. */
export interface Settings {
  cert: string
  key: string
  ca: string
  /** Of the server behind; the relay's second hop; the hub. */
  originPort: number
  nextPort: number
  hubPort: number
  maxConnections: number
  /** What the server behind wants to see; the one of this benchmark takes any. */
  token?: string
  /** Of a hub that agents register at. */
  instance?: string
  /** ms, of the delaying proxy: one way. */
  delayMs?: number
}

const VARIABLE = 'MOORAGE_BENCH'

/** For a process that is about to be started. */
export const inEnvironment = (settings: Settings) => ({ ...process.env, [VARIABLE]: JSON.stringify(settings) })

/** In the process. */
export const settings = (): Settings => JSON.parse(process.env[VARIABLE] as string)

/** Tells the benchmark where it listens, and on request how much CPU it has used and how much memory it has. */
export const ready = (port: number): void => {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuSeconds: (user + system) / 1e6, residentMb: process.memoryUsage.rss() / 1e6 })
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ port })
}
