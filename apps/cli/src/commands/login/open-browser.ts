import { spawn } from 'node:child_process'
import type { Io } from '../../io.ts'

/** The command that opens an address, by what the environment says or the system has. */
function opener(env: Io['env'], platform: NodeJS.Platform): [command: string, ...args: string[]] {
  if (env.BROWSER) return [env.BROWSER]
  if (platform === 'darwin') return ['open']
  // `start` is a word of the shell, in which & would end the address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return ['xdg-open']
}

/** Opens an address in the browser, if there is one. Where not, the person has it on the screen. */
export function openBrowser({ env }: Pick<Io, 'env'>, address: string): void {
  const [command, ...args] = opener(env, process.platform)
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
