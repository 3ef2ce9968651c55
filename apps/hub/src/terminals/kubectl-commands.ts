/** How a flag of kubectl takes its value: a switch and an optional one only after "=", the others also as the next word. */
export type FlagKind = 'switch' | 'optional' | 'text' | 'output' | 'level'

const SWITCHES =
  'all all-containers all-namespaces all-pods cached client command containers delete-emptydir-data disable-eviction expose follow force help ignore-daemonsets ignore-errors ignore-not-found list namespaced no-headers now output-watch-events overwrite prefix previous privileged quiet recursive resolve server-print show-capacity show-events show-kind show-labels show-managed-fields show-swap sum timestamps wait watch watch-only'
const OPTIONAL = 'cascade dry-run'

const kinds: Readonly<Record<string, FlagKind>> = {
  ...Object.fromEntries(SWITCHES.split(' ').map(name => [name, 'switch'] as const)),
  ...Object.fromEntries(OPTIONAL.split(' ').map(name => [name, 'optional'] as const)),
  output: 'output',
  v: 'level',
}

/** Flags that every command has. */
export const globalFlags = ['help', 'namespace', 'request-timeout', 'v'] as const

const out = 'output show-managed-fields'
const changing = `dry-run ${out}`
const chosen = 'selector field-selector all-namespaces all'
const made = `${changing} validate`

/**
 * What the prompt runs of kubectl, each with its flags: nothing that reads or
 * writes a file, speaks to another server, takes another identity, or opens a
 * way into a container.
 */
const commands: Readonly<Record<string, string>> = {
  get: `all-namespaces chunk-size field-selector ignore-not-found label-columns no-headers ${out} output-watch-events selector server-print show-kind show-labels sort-by subresource watch watch-only`,
  describe: 'all-namespaces chunk-size selector show-events',
  logs: 'all-containers all-pods container follow ignore-errors limit-bytes max-log-requests pod-running-timeout prefix previous selector since since-time tail timestamps',
  events: `all-namespaces chunk-size for no-headers ${out} types watch`,
  'top pods': 'all-namespaces containers field-selector no-headers selector show-swap sort-by sum',
  'top nodes': 'no-headers selector show-capacity show-swap sort-by',
  explain: 'api-version output recursive',
  'api-resources': 'api-group cached categories namespaced no-headers output sort-by verbs',
  'api-versions': '',
  version: 'client output',
  'cluster-info': '',
  wait: `${chosen} for ${out} timeout`,
  'auth can-i': 'all-namespaces list no-headers quiet subresource',
  'auth whoami': out,
  'rollout status': 'revision selector timeout watch',
  'rollout history': `${out} revision selector`,
  'rollout undo': `${changing} selector to-revision`,
  'rollout restart': `${out} selector`,
  'rollout pause': `${out} selector`,
  'rollout resume': `${out} selector`,
  scale: `all current-replicas ${changing} replicas resource-version selector timeout`,
  autoscale: `cpu ${changing} max memory min name`,
  expose: `cluster-ip ${changing} external-ip labels load-balancer-ip name port protocol selector session-affinity target-port type`,
  'set image': `all ${changing} selector`,
  'set resources': `all containers:text ${changing} limits requests selector`,
  'set env': `all containers:text ${changing} env from keys list overwrite prefix:text resolve selector`,
  'set serviceaccount': `all ${changing}`,
  label: `${chosen} ${changing} list overwrite resource-version`,
  annotate: `${chosen} ${changing} list overwrite resource-version`,
  taint: `all ${changing} overwrite selector`,
  cordon: 'dry-run selector',
  uncordon: 'dry-run selector',
  drain:
    'chunk-size delete-emptydir-data disable-eviction dry-run force grace-period ignore-daemonsets pod-selector selector skip-wait-for-delete-timeout timeout',
  patch: `${changing} patch subresource type`,
  delete: `${chosen} cascade dry-run force grace-period ignore-not-found now output timeout wait`,
  run: `annotations ${changing} env image image-pull-policy labels override-type overrides port privileged restart`,
  'certificate approve': `force ${out}`,
  'certificate deny': `force ${out}`,
  'create namespace': made,
  'create deployment': `${made} image port replicas`,
  'create job': `${made} from image`,
  'create cronjob': `${made} image restart schedule`,
  'create configmap': `${made} from-literal`,
  'create serviceaccount': made,
  'create role': `${made} resource resource-name verb`,
  'create clusterrole': `${made} non-resource-url resource resource-name verb`,
  'create rolebinding': `${made} clusterrole group role serviceaccount user`,
  'create clusterrolebinding': `${made} clusterrole group serviceaccount user`,
  'create ingress': `${made} annotation class default-backend rule`,
  'create quota': `${made} hard scopes`,
  'create poddisruptionbudget': `${made} max-unavailable min-available selector`,
  'create priorityclass': `${made} description preemption-policy value`,
  'create service clusterip': `${made} clusterip tcp`,
  'create service nodeport': `${made} node-port tcp`,
  'create service loadbalancer': `${made} tcp`,
  'create service externalname': `${made} external-name tcp`,
  'create token': `audience bound-object-kind bound-object-name bound-object-uid duration ${out}`,
}

/** The letters of flags; of several, the first one that the command has. */
const letters: Readonly<Record<string, readonly string[]>> = {
  A: ['all-namespaces'],
  L: ['label-columns'],
  R: ['recursive'],
  c: ['container', 'containers'],
  e: ['env'],
  f: ['follow'],
  h: ['help'],
  l: ['labels', 'selector'],
  n: ['namespace'],
  o: ['output'],
  p: ['previous', 'patch'],
  q: ['quiet'],
  r: ['replicas'],
  v: ['v'],
  w: ['watch'],
}

export interface KubectlCommand {
  /** Such as "rollout status". */
  name: string
  flags: ReadonlyMap<string, FlagKind>
}

const read = ([name, flags]: readonly [string, string]): KubectlCommand => ({
  name,
  flags: new Map(
    [...flags.split(' '), ...globalFlags]
      .filter(flag => flag !== '')
      .map(flag => {
        const [own = '', kind] = flag.split(':')
        return [own, kind === 'text' ? 'text' : (kinds[own] ?? 'text')] as const
      }),
  ),
})

export const kubectlCommands: readonly KubectlCommand[] = Object.entries(commands).map(read)

/** Other names of commands and of their first word. */
export const kubectlAliases: Readonly<Record<string, string>> = {
  'top pod': 'top pods',
  'top po': 'top pods',
  'top node': 'top nodes',
  'top no': 'top nodes',
  'create ns': 'create namespace',
  'create deploy': 'create deployment',
  'create cj': 'create cronjob',
  'create cm': 'create configmap',
  'create sa': 'create serviceaccount',
  'create ing': 'create ingress',
  'create resourcequota': 'create quota',
  'create pdb': 'create poddisruptionbudget',
  'create pc': 'create priorityclass',
  'create svc': 'create service',
}

/** The flag that a letter stands for at a command. */
export const flagOfLetter = ({ flags }: KubectlCommand, letter: string): string | undefined =>
  letters[letter]?.find(name => flags.has(name))

const own = 'Use your own kubectl for it: "moorage kubeconfig" sets it up.'

/** Commands that are not run, and what does the same. */
export const refusedCommands: Readonly<Record<string, string>> = {
  apply: `It reads files, and there are none here. ${own}`,
  replace: `It reads files, and there are none here. ${own}`,
  diff: `It reads files, and there are none here. ${own}`,
  kustomize: `It reads files, and there are none here. ${own}`,
  convert: `It reads files, and there are none here. ${own}`,
  cp: `It reads and writes files, and there are none here. ${own}`,
  edit: `It starts an editor. Use "patch" with -p, or "set", "label", "annotate" and "scale".`,
  exec: 'It opens a way into a container. Use the terminal of the pod.',
  attach: 'It opens a way into a container. Use the terminal of the pod.',
  debug: `It opens a way into a container. ${own}`,
  'port-forward': `It listens on this machine, which is the hub’s. ${own}`,
  proxy: `It listens on this machine, which is the hub’s. ${own}`,
  config: 'There is no kubeconfig to change: the prompt is for this cluster, as you.',
  plugin: `Plugins are programs, and none are run here. ${own}`,
  completion: 'There is no shell to complete in.',
  options: `Flags of all commands: ${globalFlags.map(name => `--${name}`).join(', ')}.`,
  alpha: `What is experimental is not run here. ${own}`,
  kuberc: 'There are no preferences here.',
  'create secret': `What is typed here is recorded, and a secret should not be. ${own}`,
  'cluster-info dump': `It writes files, and there are none here. ${own}`,
  'auth reconcile': `It reads files, and there are none here. ${own}`,
}

const identity = 'The prompt is for this cluster, as you.'

/** Flags that are not taken, and why. */
export const refusedFlags: Readonly<Record<string, string>> = {
  filename: 'It reads files or URLs, and there are none here.',
  kustomize: 'It reads files or URLs, and there are none here.',
  'patch-file': 'It reads files, and there are none here. Use -p.',
  'from-file': 'It reads files, and there are none here. Use --from-literal.',
  'from-env-file': 'It reads files, and there are none here. Use --from-literal.',
  template: 'It may read a file. Use -o go-template=… or -o jsonpath=….',
  raw: 'It asks for any path. Use "get" with a resource.',
  local: 'It reads files, and there are none here.',
  interactive: 'Nobody can be asked here.',
  stdin: 'There is no input here.',
  tty: 'There is no terminal for a container here: use that of the pod.',
  attach: 'There is no terminal for a container here: use that of the pod.',
  rm: 'It needs an attached terminal: delete the pod afterwards.',
  'output-directory': 'It writes files, and there are none here.',
  'insecure-skip-tls-verify-backend': 'Certificates are verified here.',
  'insecure-skip-tls-verify': identity,
  as: identity,
  'as-group': identity,
  'as-uid': identity,
  'as-user-extra': identity,
  'cache-dir': 'It writes files, and there are none here.',
  'certificate-authority': identity,
  'client-certificate': identity,
  'client-key': identity,
  cluster: identity,
  context: identity,
  kubeconfig: identity,
  kuberc: identity,
  password: identity,
  server: identity,
  'tls-server-name': identity,
  token: identity,
  user: identity,
  username: identity,
  profile: 'It writes files, and there are none here.',
  'profile-output': 'It writes files, and there are none here.',
  vmodule: 'It shows what is sent, credentials among it.',
}

/** Letters of flags that are not taken, where the command has no flag of its own by them. */
export const refusedLetters: Readonly<Record<string, string>> = {
  f: 'filename',
  k: 'kustomize',
  i: 'stdin',
  t: 'tty',
  s: 'server',
}
