import type { Logger } from 'pino'
import type { HubConfig } from './config/config.ts'
import { findKubectl, findProgram } from './terminals/find-kubectl.ts'
import { type Runner, runUser } from './terminals/run-kubectl.ts'

/** What the prompt runs on this machine; null where it is switched off, or there is no kubectl. */
export function runnerOf({ terminals, kubectl: told }: HubConfig, log: Logger): Runner | null {
  if (!terminals.kubectl) return null
  const folders = process.env.PATH
  const kubectl = findKubectl(told, folders)
  if (kubectl === null) {
    log.warn(
      `The kubectl prompt has nothing to run: ${told === null ? 'no kubectl is on the PATH' : `${told} is no program`}.`,
    )
    return null
  }
  const prlimit = findProgram('prlimit', folders)
  if (prlimit === null) {
    log.warn('This machine has no prlimit: what the kubectl prompt runs has no limits of its own but time and output.')
  }
  return { kubectl, prlimit, user: runUser(process.getuid?.()) }
}
