import { type AgentConfig, type HubSettings, requireCertificates } from './config.ts'
import { hubUrlOf } from './hub-url.ts'

/** A change of how the hub is reached that came over the tunnel, as it is kept in the agent's Secret. */
export interface SettingsChange {
  hubUrl?: string
  ca?: string
  /** What the manifest said when the change came: once the owner applies another one, that counts. */
  over?: { hubUrl: string; ca: string | null }
}

const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string'

/** Reads a change as it was sent or kept; null where it is none. */
export function readChange(value: unknown): SettingsChange | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { hubUrl, ca, over } = value as Record<string, unknown>
  if (!isText(hubUrl) || !isText(ca) || (hubUrl === undefined && ca === undefined)) return null
  return {
    ...(hubUrl === undefined ? {} : { hubUrl }),
    ...(ca === undefined ? {} : { ca }),
    ...(isOver(over) ? { over } : {}),
  }
}

const isOver = (value: unknown): value is NonNullable<SettingsChange['over']> => {
  if (typeof value !== 'object' || value === null) return false
  const { hubUrl, ca } = value as Record<string, unknown>
  return typeof hubUrl === 'string' && (ca === null || typeof ca === 'string')
}

/** The settings with a change. Throws a `ConfigError` where the change is not valid. A new CA takes the place of pins. */
export function withChange(hub: HubSettings, { hubUrl, ca }: SettingsChange): HubSettings {
  return {
    url: hubUrl === undefined ? hub.url : hubUrlOf(hubUrl, 'hubUrl'),
    ca: ca === undefined ? hub.ca : requireCertificates(ca, 'ca'),
    pins: ca === undefined ? hub.pins : [],
  }
}

/** How the hub is reached by the manifest and what is kept beside it. */
export function keptSettings(config: Pick<AgentConfig, 'hub'>, kept: string | undefined): HubSettings {
  const change = keptChange(config, kept)
  return change === null ? config.hub : withChange(config.hub, change)
}

export const isSame = (one: HubSettings, other: HubSettings) => one.url.href === other.url.href && one.ca === other.ca

/** What the change is remembered over. */
export const overOf = ({ url, ca }: HubSettings): NonNullable<SettingsChange['over']> => ({ hubUrl: url.href, ca })

/** The change that is kept, where the manifest is still the one that it changed. */
export function keptChange({ hub }: Pick<AgentConfig, 'hub'>, kept: string | undefined): SettingsChange | null {
  if (kept === undefined) return null
  let value: unknown
  try {
    value = JSON.parse(kept)
  } catch {
    return null // somebody edited it; the manifest counts
  }
  const change = readChange(value)
  const over = overOf(hub)
  return change?.over?.hubUrl === over.hubUrl && change.over.ca === over.ca ? change : null
}
