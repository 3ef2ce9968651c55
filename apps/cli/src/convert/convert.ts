import { readClusterUid } from '@moorage/kube/cluster-identity.ts'
import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { writeKubeconfig } from '@moorage/kube/write-kubeconfig.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { clusterError } from './cluster-error.ts'
import { type Made, make, rollBack } from './make.ts'
import { accountName, type Mode, nameOf, type Wanted, wantedObjects } from './objects.ts'
import { requestToken, type Token, tokenOfSecret } from './token.ts'
import { verify } from './verify.ts'

export interface ConvertInput {
  namespace: string
  mode: Mode
  /** null: a token that does not end, kept in a Secret. */
  ttlSeconds: number | null
}

export interface Converted {
  kubeconfig: string
  token: Token
  warnings: string[]
}

/** Tells about each thing that was done, in order. */
export type Progress = (line: string) => void

const DID = { created: 'created', changed: 'brought up to date', kept: 'is there already' } as const

/**
 * Makes an account in the cluster and a kubeconfig that signs in as it.
 * `deliver` puts the kubeconfig where it belongs. If any step fails, that one
 * included, everything that was made is taken back.
 */
export async function convert(
  transport: KubeTransport,
  target: DirectTarget,
  input: ConvertInput,
  io: { progress: Progress; deliver: (converted: Converted) => Promise<void>; signal: AbortSignal },
): Promise<Converted> {
  const { signal, progress } = io
  const made: Made[] = []
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    return work().catch(error => {
      throw clusterError(error, name)
    })
  }
  try {
    const uid = await step('Reading the identity of the cluster', () => readClusterUid(transport, signal))
    const objects = wantedObjects(input.namespace, input.mode, { secret: input.ttlSeconds === null })
    for (const wanted of objects) {
      const done = await step(`Making ${nameOf(wanted)}`, () => make(transport, wanted, made, signal))
      progress(`${nameOf(wanted)} ${DID[done.did]}`)
    }
    const token = await step('Getting a token', () => getToken(transport, input, objects, signal))
    const kubeconfig = write(target, input, token)
    const warnings = await step('Trying the new kubeconfig', () => verify(kubeconfig, uid, input.mode, signal))
    progress('the new kubeconfig reaches the cluster')
    const converted = { kubeconfig, token, warnings }
    await io.deliver(converted)
    return converted
  } catch (error) {
    throw await takenBack(transport, made, error, progress)
  }
}

function getToken(
  transport: KubeTransport,
  input: ConvertInput,
  objects: Wanted[],
  signal: AbortSignal,
): Promise<Token> {
  const secret = objects.find(({ kind }) => kind === 'Secret')
  if (secret) return tokenOfSecret(transport, secret, signal)
  const account = { namespace: input.namespace, name: accountName(input.mode) }
  return requestToken(transport, account, input.ttlSeconds ?? 0, signal)
}

function write(target: DirectTarget, { mode }: ConvertInput, { token }: Token): string {
  const { server, tls, proxyUrl, context } = target
  return writeKubeconfig({
    name: `${accountName(mode)}@${context}`,
    server,
    token,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.serverName !== undefined && { tlsServerName: tls.serverName }),
    ...(tls.insecureSkipVerify && { insecureSkipVerify: true }),
    ...(proxyUrl && { proxyUrl }),
  })
}

async function takenBack(transport: KubeTransport, made: Made[], error: unknown, progress: Progress): Promise<unknown> {
  const changes = made.filter(({ did }) => did !== 'kept')
  if (changes.length === 0) return error
  const left = await rollBack(transport, made)
  if (left.length === 0) {
    progress('everything that was made has been taken back')
    return error
  }
  const sentence = error instanceof Error ? error.message : String(error)
  return new CliError('rollback_incomplete', error instanceof CliError ? error.exitCode : exitCodes.failed, sentence, {
    fix: 'These could not be taken back; run the same command with --undo when the cluster answers again:',
    choices: left.map(nameOf),
    cause: error,
  })
}
