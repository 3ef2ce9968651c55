import type { OpenPodTerminal } from '@moorage/contract/terminal.ts'
import { MoorageError } from '../errors.ts'
import { readWords } from './words.ts'

/** The best shell that the container has. Said to be a terminal of colours, which what runs the container does not say. */
const BEST_SHELL = [
  'sh',
  '-c',
  'export TERM=xterm-256color; command -v bash >/dev/null 2>&1 && exec bash; exec sh',
] as const

/** What a pod's terminal runs. */
export function commandOf({ command }: Pick<OpenPodTerminal, 'command'>): string[] {
  if (command === undefined) return [...BEST_SHELL]
  const read = readWords(command)
  const message = 'refused' in read ? read.refused : read.words.length === 0 ? 'It has no words.' : null
  if (message !== null || 'refused' in read) {
    throw new MoorageError('bad_request', `The command can not be run. ${message}`, {
      fields: [{ path: 'command', message: message ?? '' }],
    })
  }
  return read.words
}

/** The request to a cluster's API server that a pod's terminal is: path and query. */
export function execTarget(input: OpenPodTerminal): string {
  const { namespace, pod, container } = input
  const query = new URLSearchParams({ stdin: 'true', stdout: 'true', tty: 'true' })
  if (container !== undefined) query.set('container', container)
  for (const word of commandOf(input)) query.append('command', word)
  const [within, name] = [namespace, pod].map(encodeURIComponent)
  return `/api/v1/namespaces/${within}/pods/${name}/exec?${query}`
}
