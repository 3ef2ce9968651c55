import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { kubeconfigEntries, pluginSignIn, type SignIn } from '@moorage/client/kubeconfig-entries.ts'
import { makeFolder } from '@moorage/hub/store/make-folder.ts'
import { Option } from 'commander'
import { collect } from '../args/count.ts'
import { parseDuration } from '../args/duration.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError, usage } from '../failure.ts'
import { type Hub, openHub } from '../hub/open.ts'
import { readPages } from '../hub/pages.ts'
import { type Io, note } from '../io.ts'
import { mergedKubeconfig, newKubeconfig } from '../kubeconfig/merge.ts'
import { caOf } from '../kubeconfig/sign-in.ts'
import { fileToReplace, writePrivate } from '../write-private.ts'

interface Options {
  cluster?: string[]
  output?: string
  merge?: boolean
  static?: boolean
  ttl?: number
  prefix: string
  namespace?: string
}

/** How long the token of a static kubeconfig is valid where nothing is said, in s: a working day. */
const STATIC_TTL_S = 8 * 3600

/** `moorage kubeconfig` */
export const kubeconfig = (io: Io) =>
  define('kubeconfig', {
    summary: 'Write a kubeconfig for your clusters, through the hub',
    description:
      'One context for each cluster, all of them by your sign-in to the hub: no credential of a cluster is in it. By default it holds no credential at all and calls "moorage kube-credential" for one, so signing out ends it. With --static it holds a token of its own, for programs that can not run a plugin; with --cluster, that token is good in these clusters alone.\n\n' +
      'It is printed, or written for you alone with --output or --merge. --merge puts the contexts into the first file of KUBECONFIG, or ~/.kube/config, and leaves everything else there as it is.',
    examples: [
      { does: 'All clusters, into the file that kubectl uses', run: 'moorage kubeconfig --merge' },
      { does: 'Two of them, in a file', run: 'moorage kubeconfig --cluster alpha --cluster beta --output fleet.yaml' },
      {
        does: 'For a pipeline, for an hour',
        run: 'moorage kubeconfig --cluster alpha --static --ttl 1h > ci.kubeconfig',
      },
    ],
  })
    .option('--cluster <cluster>', 'only this one; can be given several times (default: all that you may see)', collect)
    .option('--output <file>', 'write it to a file; - for standard output')
    .option('--merge', 'put the contexts into your kubeconfig')
    .option('--static', 'a token in the file instead of a plugin')
    .addOption(
      new Option('--ttl <span>', 'how long the token of --static is valid (default: 8h)').argParser(parseDuration),
    )
    .option('--prefix <text>', 'put before the name of each context', '')
    .option('-n, --namespace <namespace>', 'namespace of the contexts')
    .action(async (options: Options, command) => {
      if (options.output !== undefined && options.merge) throw usage('--output and --merge exclude each other.')
      if (options.ttl !== undefined && !options.static) throw usage('--ttl is for --static.')
      await using hub = await openHub(io, command)
      const clusters = await openClusters(io, hub, options.cluster)
      const ca = await caOf(hub.target)
      const { url } = hub.target
      const { namespace, prefix } = options
      const entriesBy = (signIn: SignIn) =>
        kubeconfigEntries({
          ...{ url, clusters, signIn, prefix },
          ...(ca !== undefined && { ca }),
          ...(namespace !== undefined && { namespace }),
        })
      const path = pathOf(io, options)
      if (path !== null) await fileToReplace(path)
      const before = path !== null && options.merge ? await readFile(path, 'utf8').catch(noFile) : ''
      // What stands in the way is said before a token is made for it.
      if (path !== null) {
        mergedKubeconfig(before, entriesBy(pluginSignIn(url)), url, path)
        await makeFolder(dirname(path))
      }
      const entries = entriesBy(await signInFor(io, hub, options, clusters))
      if (path === null) return void io.stdout.write(newKubeconfig(entries))
      await writePrivate(path, mergedKubeconfig(before, entries, url, path))
      const [first] = entries.contexts
      note(io, `${clusters.length === 1 ? '1 context' : `${clusters.length} contexts`} in ${path}.`)
      if (first !== undefined) note(io, `Try it: kubectl --context ${first.name} get namespaces`)
    })

/** No file is the same as an empty one. */
function noFile(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}

function pathOf(io: Io, { output, merge }: Options): string | null {
  if (output !== undefined) return output === '-' ? null : resolve(io.cwd, output)
  if (!merge) return null
  const [first] = (io.env.KUBECONFIG ?? '').split(delimiter).filter(each => each !== '')
  return first === undefined ? join(io.home, '.kube', 'config') : resolve(io.cwd, first)
}

async function clustersOf(io: Io, hub: Hub, wanted: string[] | undefined): Promise<string[]> {
  const call = { signal: io.signal }
  if (wanted !== undefined) {
    const found = await Promise.all(wanted.map(cluster => hub.api.clusters.get({ cluster }, call)))
    return [...new Set(found.map(({ name }) => name))]
  }
  const { items } = await readPages(0, page => hub.api.clusters.list(page, call))
  if (items.length > 0) return items.map(({ name }) => name)
  throw new CliError('no_clusters', exitCodes.notFound, 'The hub has no cluster that you may see.', {
    fix: 'Connect one with "moorage cluster connect", or ask an administrator for a role on one.',
  })
}

/** Those of them that kubectl may reach: of others a kubeconfig would be of no use. */
async function openClusters(io: Io, hub: Hub, wanted: string[] | undefined): Promise<string[]> {
  const clusters = await clustersOf(io, hub, wanted)
  const call = { signal: io.signal }
  const { kind, name, groups } = await hub.api.hub.whoami(undefined, call)
  if (kind === 'token') return clusters
  const { items } = await hub.api.limits.list({}, call)
  const closed = items.filter(({ noCli }) => noCli)
  const own = closed.find(of => (of.kind === 'group' ? groups.includes(of.name) : of.kind === kind && of.name === name))
  if (own !== undefined) throw noClient(`${own.kind} ${own.name} may not reach clusters`)
  const shut = clusters.filter(cluster => closed.some(of => of.kind === 'cluster' && of.name === cluster))
  const open = clusters.filter(cluster => !shut.includes(cluster))
  if (shut.length === 0) return clusters
  if (wanted !== undefined || open.length === 0) throw noClient(`Cluster ${shut[0]} may not be reached`)
  note(io, `Left out, as only the console may reach them: ${shut.join(', ')}.`)
  return open
}

const noClient = (what: string) =>
  new CliError('forbidden', exitCodes.denied, `${what} by kubectl and other programs, so there is no kubeconfig.`, {
    fix: 'Use the console, or ask whoever set the limit: "moorage cluster limit" shows it.',
  })

async function signInFor(io: Io, hub: Hub, options: Options, clusters: string[]): Promise<SignIn> {
  const { url } = hub.target
  if (!options.static) return pluginSignIn(url)
  const call = { signal: io.signal }
  const { kind } = await hub.api.hub.whoami(undefined, call)
  // An admin token may do everything and can not be limited.
  const scope = kind !== 'token' && options.cluster !== undefined ? { clusters } : undefined
  const name = `kubeconfig of ${io.now().toISOString().slice(0, 10)}`
  const made = await hub.api.tokens.create(
    { name, expiresInSeconds: options.ttl ?? STATIC_TTL_S, ...(scope !== undefined && { scope }) },
    call,
  )
  if (kind === 'token')
    note(io, 'This kubeconfig holds an admin token of the hub. Sign in as a user, or use a service account.')
  note(
    io,
    `The kubeconfig holds token ${made.id}, valid until ${made.expiresAt}. "moorage token revoke ${made.id}" ends it.`,
  )
  return { kind: 'token', token: made.token }
}
