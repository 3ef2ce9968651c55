import { ConfigError } from './config/config-error.ts'
import { SealingError } from './connections/sealing-key.ts'
import { PkiError } from './pki/pki-error.ts'
import { StoreError } from './store/store-error.ts'

/** Exit codes of `moorage server`, as the command line documents them. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const

const ours = [ConfigError, StoreError, SealingError, PkiError]

/** What to tell whoever started the hub, or null where nothing better is known than the error itself. */
export function startFailure(
  error: unknown,
  listen: { host: string; port: number } | null,
): { code: number; sentence: string } | null {
  if (!(error instanceof Error)) return null
  if (error instanceof ConfigError) return { code: exitCodes.usage, sentence: error.message }
  if (ours.some(type => error instanceof type)) return { code: exitCodes.failed, sentence: error.message }
  const { code, syscall } = error as NodeJS.ErrnoException
  const at = listen ? `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}` : ''
  const listening = syscall === 'listen' || syscall === 'getaddrinfo'
  if (listening && code === 'EADDRINUSE')
    return failed(`The address ${at} is in use by another process. Stop that, or choose another with --listen.`)
  if (listening && code === 'EACCES')
    return failed(
      `The address ${at} may not be listened on: ports below 1024 need more rights. Choose another with --listen.`,
    )
  if (listening && (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'))
    return failed(`This machine has no address ${at}. Choose one that it has with --listen, such as 127.0.0.1:8443.`)
  if (code === 'ENOSPC') return failed(`The disk is full: ${error.message}.`)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return failed(
      `The hub may not use its files: ${error.message}. Choose another folder with --data, or change its rights.`,
    )
  return null
}

const failed = (sentence: string) => ({ code: exitCodes.failed, sentence })
