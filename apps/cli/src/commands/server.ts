import { type Setting, type Settings, settings } from '@moorage/hub/config/settings.ts'
import { Option } from 'commander'
import { define } from '../define.ts'
import { Exit } from '../failure.ts'
import type { Io } from '../io.ts'

/** `moorage server` */
export const server = (io: Io) => {
  const command = define('server', {
    summary: 'Run the hub: API, console and database in one process',
    description:
      'Without certificate files the hub makes its own CA in the data folder and prints its fingerprint. The first start prints an admin token, once. ' +
      'The embedded database is for one process; with --database-url, several hubs can share one PostgreSQL. ' +
      'Each option can also be given by the variable that its line names.',
    examples: [
      { does: 'On this machine', run: 'moorage server --data ./moorage-data --listen 127.0.0.1:8443' },
      {
        does: 'For others, with a certificate and PostgreSQL',
        run: 'moorage server --listen 0.0.0.0:443 --public-url https://moorage.example.org --tls-cert tls.crt --tls-key tls.key --database-url postgres://moorage@db/moorage',
      },
      {
        does: 'In a container, with a token that you made',
        run: 'moorage server --data /data --bootstrap-token-file /run/secrets/token',
      },
    ],
  })
  for (const setting of settings) command.addOption(optionOf(setting))
  return command.action(async (flags: Settings) => {
    // Loaded only here: it brings the database along.
    const { serve } = await import('@moorage/hub/main.ts')
    throw new Exit(await serve(flags, { env: io.env, cwd: io.cwd, stdout: io.stdout, stderr: io.stderr }))
  })
}

/** A setting of the hub as an option. */
export const optionOf = ({ flag, value, help, env }: Setting) => new Option(`${flag} <${value}>`, `${help}; ${env}`)
