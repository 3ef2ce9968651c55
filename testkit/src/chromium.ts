import { existsSync } from 'node:fs'

/** Where systems put it. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Thrown when there is no Chromium on this machine. */
export class ChromiumMissing extends Error {
  readonly code = 'chromium_missing'
  constructor(looked: readonly string[]) {
    super(
      `Chromium is missing (looked at ${looked.join(', ')}); install it (on Debian: apt-get install chromium), or set MOORAGE_CHROMIUM to its path`,
    )
    this.name = 'ChromiumMissing'
  }
}

/** The system's Chromium and the arguments it needs here, as playwright-core's `launch` takes them. */
export function chromium(env: NodeJS.ProcessEnv = process.env): { executablePath: string; args: string[] } {
  const looked = env.MOORAGE_CHROMIUM ? [env.MOORAGE_CHROMIUM] : PLACES
  const executablePath = looked.find(path => existsSync(path))
  if (!executablePath) throw new ChromiumMissing(looked)
  return {
    executablePath,
    args: [
      '--disable-dev-shm-usage', // containers have a small /dev/shm
      '--disable-gpu',
      '--force-color-profile=srgb', // screenshots look the same everywhere
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // it refuses to run as root otherwise
    ],
  }
}
