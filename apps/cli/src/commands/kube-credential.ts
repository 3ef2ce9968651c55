import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type ConfigFile, readConfig } from '../hub/config-file.ts'
import { hubUrl, resolveHub } from '../hub/resolve.ts'
import { type Io, say } from '../io.ts'

/** Versions of the plugin's protocol. They do not differ in what is printed here. */
const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']

/** `moorage kube-credential` */
export const kubeCredential = (io: Io) =>
  define('kube-credential', {
    summary: 'Print your credential for kubectl and its like',
    description:
      'Kubeconfigs that "moorage kubeconfig" writes call this: it is an exec plugin of client-go. It prints the token of your sign-in to that hub as an ExecCredential, and asks nobody.',
    examples: [{ does: 'As kubectl runs it', run: 'moorage kube-credential --url https://moorage.example.org' }],
  })
    .option('--url <url>', 'address of the hub (default: the current one)')
    .action(async ({ url }: { url?: string }, command) => {
      const { hub } = command.optsWithGlobals() as { hub?: string }
      const token = tokenFor(await readConfig(io), io.env, { url, hub })
      say(io, JSON.stringify({ apiVersion: versionOf(io.env), kind: 'ExecCredential', status: { token } }))
    })

/** The token for this very hub and for no other, whichever is the current one. */
function tokenFor(
  config: ConfigFile,
  env: Io['env'],
  { url, hub }: { url: string | undefined; hub: string | undefined },
) {
  if (hub !== undefined || url === undefined) return resolveHub(config, env, hub).token
  const wanted = hubUrl(url)
  if (env.MOORAGE_URL && env.MOORAGE_TOKEN && hubUrl(env.MOORAGE_URL) === wanted) return env.MOORAGE_TOKEN
  const found = config.contexts.filter(context => context.url === wanted)
  const context = found.find(({ name }) => name === config.current) ?? found[0]
  if (context !== undefined) return context.token
  throw new CliError('not_signed_in', exitCodes.denied, `You are not signed in to ${wanted}.`, {
    fix: `Sign in with "moorage login ${wanted}".`,
  })
}

/** Answers in the version that was asked in. */
function versionOf(env: Io['env']): string {
  const [newest = ''] = VERSIONS
  try {
    const asked: unknown = JSON.parse(env.KUBERNETES_EXEC_INFO ?? '{}').apiVersion
    return VERSIONS.find(version => version === asked) ?? newest
  } catch {
    return newest
  }
}
