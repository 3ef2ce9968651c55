import { certificatesOf } from '@moorage/kube/pem.ts'
import { ConfigError } from './config-error.ts'
import { hubUrlOf } from './hub-url.ts'

export type Mode = 'read-only' | 'full'

/** How the hub is reached and by what it is known. */
export interface HubSettings {
  url: URL
  /** PEM: the CAs that the hub's certificate may come from. null: those that the public trusts. */
  ca: string | null
  /** SHA-256 of public keys of the hub's certificate, base64; one of them must be its. Empty: any that the CAs vouch for. */
  pins: readonly string[]
}

export interface ProxySettings {
  /** For hubs at https. */
  https: URL | null
  /** For hubs at http, which are on the same machine. */
  http: URL | null
  no: string
}

/** What the manifest says. */
export interface AgentConfig {
  hub: HubSettings
  /** Id of the hub that this agent belongs to: it proves itself to no other. */
  instance: string
  mode: Mode
  proxy: ProxySettings
  namespace: string
  pod: string
  spares: number
}

/** Keys and their values, as in a ConfigMap. */
export type Values = Readonly<Record<string, string>>

const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
/** A base64 SHA-256. */
const PIN = /^[A-Za-z0-9+/]{43}=$/
const MAX_SPARES = 64

function read(values: Values, key: string): string | null {
  const value = values[key]?.trim()
  return value === undefined || value === '' ? null : value
}

function required(values: Values, key: string, what: string): string {
  const value = read(values, key)
  if (value === null) {
    throw new ConfigError(key, `The ConfigMap moorage-agent has no ${key}, which is ${what}: apply the manifest again.`)
  }
  return value
}

function modeOf(values: Values): Mode {
  const mode = required(values, 'mode', 'read-only or full')
  if (mode === 'read-only' || mode === 'full') return mode
  throw new ConfigError('mode', `mode is “${mode}”; it can be read-only or full.`)
}

/** The certificates of a PEM text, written anew: OpenSSL stops at what stands oddly between two. Throws where there is none. */
export function requireCertificates(pem: string, key: string): string {
  const found = certificatesOf(pem)
  if (found !== null) return found.map(certificate => certificate.toString()).join('')
  throw new ConfigError(key, `${key} holds no certificate that can be read: it is to be one or more in PEM.`)
}

function pinsOf(values: Values): string[] {
  const pins = read(values, 'hub-pin')?.split(/[\s,]+/) ?? []
  const odd = pins.findIndex(pin => !PIN.test(pin))
  if (odd < 0) return pins
  throw new ConfigError('hub-pin', `Entry ${odd + 1} of hub-pin is no SHA-256 in base64, which has 44 characters.`)
}

function proxyOf(values: Values, key: string): URL | null {
  const text = read(values, key)
  if (text === null) return null
  // The value may carry a password, so that no message quotes it.
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ConfigError(key, `${key} is no URL of a proxy; it looks like http://proxy.example.com:3128.`)
  }
  return url
}

function sparesOf(values: Values, most: number): number {
  const text = read(values, 'spares')
  if (text === null) return most
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_SPARES) return Number(text)
  throw new ConfigError('spares', `spares is “${text}”; it can be 1 to ${MAX_SPARES}.`)
}

/** Reads what the manifest says. Throws a `ConfigError` that names the key which is wrong. */
export function toConfig(values: Values, { pod, spares }: { pod: string | undefined; spares: number }): AgentConfig {
  const ca = read(values, 'ca.crt')
  const namespace = required(values, 'namespace', 'the namespace that the agent runs in')
  if (!NAME.test(namespace)) throw new ConfigError('namespace', `“${namespace}” is not the name of a namespace.`)
  if (pod === undefined || !/^[-.\w]{1,253}$/.test(pod)) {
    throw new ConfigError(
      'POD_NAME',
      'The variable POD_NAME does not hold the name of this pod: apply the manifest again.',
    )
  }
  return {
    hub: {
      url: hubUrlOf(required(values, 'hub-url', 'where the hub is'), 'hub-url'),
      ca: ca === null ? null : requireCertificates(ca, 'ca.crt'),
      pins: pinsOf(values),
    },
    instance: required(values, 'hub-instance', 'the id of the hub'),
    mode: modeOf(values),
    proxy: {
      https: proxyOf(values, 'https-proxy'),
      http: proxyOf(values, 'http-proxy'),
      no: read(values, 'no-proxy') ?? '',
    },
    namespace,
    pod,
    spares: sparesOf(values, spares),
  }
}
