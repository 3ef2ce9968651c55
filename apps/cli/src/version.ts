import packageJson from '../package.json' with { type: 'json' }

/** Version of the command line. */
export const cliVersion: string = packageJson.version
