import { isIP } from 'node:net'
import type { CheckStep, CredentialInfo, Mode } from '@moorage/contract/cluster.ts'
import { readClusterUid, readVersion, tooOld } from '@moorage/kube/cluster-identity.ts'
import { credentialInfo, expiryNotice } from '@moorage/kube/credential-info.ts'
import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import { TransportError } from '@moorage/kube/errors.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { openDirect } from '../connections/direct.ts'
import { type AddressGuard, AddressRefusedError } from '../connections/guard.ts'
import { MoorageError } from '../errors.ts'
import { checkFailure } from './check-failure.ts'
import { CHECK_STEP_MS } from './limits.ts'
import { missingFor, type Rights, readRights } from './rights.ts'

/** What the check needs of the hub. */
export interface CheckDeps {
  guard: AddressGuard
  now: () => Date
  /** Of one step, in ms. */
  stepMs?: number
}

export interface CheckInput {
  kubeconfig: string
  context?: string | undefined
  allowInsecureTls: boolean
  mode: Mode
}

/** What a check that passed has found. */
export interface Checked {
  target: DirectTarget
  info: CredentialInfo
  uid: string
  version: string
  rights: Rights
  steps: CheckStep[]
}

/** Is called with each step once it has passed. */
export type TellStep = (step: CheckStep) => void

type Said = { message: string; warn?: boolean }

/** The addresses of a host that may be dialled. A lookup has no signal of its own: it is left behind when its time is over. */
function addressesOf(guard: AddressGuard, host: string, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const over = () => reject(new TransportError('dns', `The name servers did not answer for ${host} in time.`))
    const failed = (error: NodeJS.ErrnoException) =>
      reject(
        error instanceof AddressRefusedError
          ? error
          : new TransportError('dns', `The name ${host} could not be looked up (${error.code}).`, { cause: error }),
      )
    if (signal.aborted) return over()
    signal.addEventListener('abort', over, { once: true })
    guard
      .check(host)
      .then(resolve, failed)
      .finally(() => signal.removeEventListener('abort', over))
  })
}

/** Looks where the kubeconfig points to. Behind a proxy the proxy looks names up, so a name unknown here is fine. */
async function lookAt(guard: AddressGuard, target: DirectTarget, signal: AbortSignal): Promise<Said> {
  const { hostname } = target.server
  const proxy = target.proxyUrl?.hostname
  if (proxy === undefined) {
    const addresses = (await addressesOf(guard, hostname, signal)).join(', ')
    return { message: isLiteral(hostname) ? `The hub may dial ${addresses}.` : `${hostname} is ${addresses}.` }
  }
  const addresses = await addressesOf(guard, proxy, signal)
  await addressesOf(guard, hostname, signal).catch(error => {
    if (error instanceof AddressRefusedError) throw error
  })
  return { message: `The proxy ${proxy} is ${addresses.join(', ')}; it looks up ${hostname}.` }
}

/** An address in place of a name; that of IPv6 stands in brackets. */
const isLiteral = (hostname: string) => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0

/** Whether anything that speaks HTTP answers; what it says is the next steps' matter. */
async function reach(transport: KubeTransport, signal: AbortSignal): Promise<Said> {
  const answer = await transport.request({ method: 'GET', path: '/version' }, signal)
  answer.body.on('error', () => {}) // Destroyed unread: nobody waits for what it would have said.
  answer.body.destroy()
  return { message: 'The server answers.' }
}

function rightsSaid(mode: Mode, rights: Rights): Said {
  const missing = missingFor(mode, rights)
  if (missing.length > 0) {
    throw new MoorageError(
      'credential_forbidden',
      `The credential may not ${missing.join(', ')}, which mode ${mode} needs.`,
      { step: 'rights', fix: 'Give the credential’s user these rights, for example by moorage convert-kubeconfig.' },
    )
  }
  const lacks = rights.unreadable.length > 0 ? ` It may not read: ${rights.unreadable.join(', ')}.` : ''
  const beyond = rights.beyond.length > 0 ? ` It may also ${rights.beyond.join(', ')}.` : ''
  const promise = mode === 'read-only' && rights.beyond.length > 0 ? ' Moorage will only read.' : ''
  return { message: `The credential may do what mode ${mode} needs.${lacks}${beyond}${promise}`, warn: lacks !== '' }
}

/**
 * Tries a kubeconfig before anything of it is stored: reads it, looks at the
 * address, reaches the API server, and asks it for version, identity and what
 * the credential may do. Each step has its deadline, and is told once it has
 * passed. Rejects with a `MoorageError` that names the step.
 */
export async function checkKubeconfig(
  deps: CheckDeps,
  input: CheckInput,
  signal: AbortSignal,
  tell: TellStep = () => {},
): Promise<Checked> {
  const { guard, now, stepMs = CHECK_STEP_MS } = deps
  const steps: CheckStep[] = []
  const step = async <T>(
    name: CheckStep['name'],
    work: (signal: AbortSignal) => T | Promise<T>,
    say: (value: T) => Said,
  ): Promise<T> => {
    const started = performance.now()
    try {
      const value = await work(AbortSignal.any([signal, AbortSignal.timeout(stepMs)]))
      const { message, warn } = say(value)
      const ms = Math.round(performance.now() - started)
      const passed: CheckStep = { name, status: warn ? 'warning' : 'ok', message, ms }
      steps.push(passed)
      tell(passed)
      return value
    } catch (error) {
      throw checkFailure(name, error)
    }
  }

  const target = await step(
    'parse',
    () => readKubeconfig(input.kubeconfig, { context: input.context, allowInsecureTls: input.allowInsecureTls }),
    found => {
      const ends = expiryNotice(credentialInfo(found), now())
      const insecure = found.tls.insecureSkipVerify ? ' TLS is not verified: insecure-skip-tls-verify is set.' : ''
      return {
        message: `The context ${found.context} points to ${found.server.host}.${insecure}${ends ? ` ${ends}` : ''}`,
        warn: insecure !== '' || ends !== null,
      }
    },
  )
  await step(
    'address',
    within => lookAt(guard, target, within),
    said => said,
  )
  await using transport = openDirect(target, 'read-only', guard)
  await step(
    'reach',
    within => reach(transport, within),
    said => said,
  )
  const version = await step(
    'version',
    async within => {
      const found = await readVersion(transport, within)
      if (!tooOld(found)) return found
      throw new MoorageError('version_too_old', `The cluster runs ${found.gitVersion}; Moorage needs 1.28 or newer.`, {
        step: 'version',
        fix: 'Upgrade the cluster to Kubernetes 1.28 or newer, then connect it.',
      })
    },
    found => ({ message: `It is Kubernetes ${found.gitVersion}.` }),
  )
  const uid = await step(
    'identity',
    within => readClusterUid(transport, within),
    found => ({
      message: `Its kube-system namespace has the UID ${found}.`,
    }),
  )
  const rights = await step(
    'rights',
    within => readRights(transport, within),
    found => rightsSaid(input.mode, found),
  )
  return { target, info: credentialInfo(target), uid, version: version.gitVersion, rights, steps }
}
