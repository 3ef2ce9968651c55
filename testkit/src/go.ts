import { spawn } from 'node:child_process'

/** ms between two signs of life of a build. */
const PROGRESS_EVERY = 15_000

/** Runs Go and says every while that it still does. */
export async function go(
  args: string[],
  where: { cwd?: string; env?: Record<string, string> },
  what: string,
  log: (line: string) => void,
): Promise<void> {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  log(`building ${what}`)
  const timer = setInterval(() => log(`still building (${seconds()} s)`), PROGRESS_EVERY)
  try {
    const child = spawn('go', args, {
      cwd: where.cwd,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', ...where.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', error =>
        reject(new Error(`Go could not be run (${error.message}); install Go 1.26 or newer and put it on the PATH`)),
      )
      child.once('close', resolve)
    })
    if (code !== 0) throw new Error(`go ${args[0]} ended with code ${code}:\n${said.split('\n').slice(-20).join('\n')}`)
    log(`built in ${seconds()} s`)
  } finally {
    clearInterval(timer)
  }
}
