import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { HubSettings } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { overOf, readChange, withChange } from '../config/settings.ts'
import { type Log, wordsOf } from '../log.ts'
import { addToOwnSecret, readOwnSecret } from '../member/own-secret.ts'

export interface SettingsDeps {
  transport: KubeTransport
  namespace: string
  /** As the manifest has them. */
  manifest: HubSettings
  /** As they are now. */
  current(): HubSettings
  /** Dials the hub by these once. Rejects with why that fails. */
  check(settings: HubSettings, signal: AbortSignal): Promise<void>
  /** Goes over to them. */
  use(settings: HubSettings): void
  log: Log
}

/** Other settings for reaching the hub: tried, kept, and only then used. */
export async function changeSettings(
  deps: SettingsDeps,
  asked: Record<string, unknown>,
  signal: AbortSignal,
): Promise<{ ok: true } | { ok: false; why: string }> {
  const { transport, namespace, manifest, log } = deps
  const change = readChange(asked)
  if (change === null) return { ok: false, why: 'Neither hubUrl nor ca was given.' }
  try {
    const before = deps.current()
    const settings = withChange(before, change)
    await deps.check(settings, signal)
    await keep(transport, namespace, { hubUrl: settings.url.href, ca: settings.ca, over: overOf(manifest) }, signal)
    // The owner did not ask for it, so it stands out in the log.
    log.warn('the hub is reached by other settings from now on, as it asked for', {
      hub: settings.url.host,
      before: before.url.host,
      otherCa: settings.ca !== before.ca,
    })
    deps.use(settings)
    return { ok: true }
  } catch (error) {
    log.warn('other settings for reaching the hub were tried and not taken', { because: wordsOf(error) })
    const why = error instanceof ConfigError ? error.message : `The agent tried them: ${wordsOf(error)}`
    return { ok: false, why }
  }
}

async function keep(
  transport: KubeTransport,
  namespace: string,
  { ca, ...rest }: { hubUrl: string; ca: string | null; over: object },
  signal: AbortSignal,
): Promise<void> {
  const settings = JSON.stringify({ ...rest, ...(ca === null ? {} : { ca }) })
  for (;;) {
    const secret = await readOwnSecret(transport, namespace, signal)
    if ((await addToOwnSecret(transport, namespace, secret, { settings }, signal)) !== null) return
  }
}
