import type { AgentOptions } from '@moorage/contract/agent.ts'
import type { Command } from 'commander'
import { wholeNumber } from '../args/count.ts'
import { given } from '../args/given.ts'
import { usage } from '../failure.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'

/** What is asked for of an agent, as commander hands it over. */
export interface AgentFlags {
  httpProxy?: string
  httpsProxy?: string
  /** `--no-proxy LIST`: commander takes a flag that begins with no as the other side of `--proxy`, which stands for true. */
  proxy?: true | string
  proxyNeededForHub?: true
  caBundle?: string
  namespace?: string
  existingNamespace?: true
  image?: string
  imagePullSecret?: string
  replicas?: number
  toleration?: Toleration[]
}

type Toleration = AgentOptions['tolerations'][number]

/** Adds the flags that say how an agent is run. */
export const withAgentFlags = (command: Command): Command =>
  command
    .option('--http-proxy <url>', 'proxy for http that the agent uses')
    .option('--https-proxy <url>', 'proxy that the agent dials the hub through')
    .option('--no-proxy <list>', 'hosts, suffixes and ranges that are dialled directly, with commas')
    .option('--proxy-needed-for-hub', 'say that the hub can not be reached without the proxy, for read-only mode')
    .option('--ca-bundle <file>', 'PEM file of CAs that the agent trusts beside the hub’s own')
    .option('-n, --namespace <namespace>', 'where the agent runs (default: moorage-system)')
    .option('--existing-namespace', 'the namespace is there already and is not made, labelled or removed')
    .option('--image <ref>', 'image of the agent, such as one in a registry of your own')
    .option('--image-pull-secret <name>', 'Secret in the agent’s namespace that pulls the image')
    .option('--replicas <n>', 'pods of the agent, 1 or 2', wholeNumber(1, 2))
    .option('--toleration <taint>', 'key[=value][:effect] of a taint that it tolerates; may be repeated', addToleration)

/** The flags as the API takes them, without those that were not given. Reads the CA's file. */
export async function agentInput(io: Io, flags: AgentFlags): Promise<Partial<AgentOptions>> {
  const {
    httpProxy,
    httpsProxy,
    caBundle,
    namespace,
    existingNamespace,
    image,
    imagePullSecret,
    replicas,
    toleration,
  } = flags
  const no = typeof flags.proxy === 'string' ? flags.proxy : undefined
  const proxy = given({ http: httpProxy, https: httpsProxy, no })
  if (no !== undefined && !httpProxy && !httpsProxy)
    throw usage('--no-proxy needs a proxy.', 'Give --https-proxy or --http-proxy too.')
  return given({
    namespace,
    existingNamespace,
    image,
    imagePullSecret,
    replicas,
    tolerations: toleration,
    proxy: Object.keys(proxy).length > 0 ? proxy : undefined,
    proxyNeededForHub: flags.proxyNeededForHub,
    caBundle: caBundle === undefined ? undefined : await readInput(io, caBundle, 'CA bundle'),
  })
}

const TAINT = /^([A-Za-z0-9][\w./-]*)(?:=([\w.-]*))?(?::(NoSchedule|PreferNoSchedule|NoExecute))?$/

/** `dedicated=infra:NoSchedule` as `kubectl taint` writes it; without a value the key alone is tolerated. */
export function addToleration(text: string, before: Toleration[] = []): Toleration[] {
  const found = TAINT.exec(text)
  if (!found) throw usage(`"${text}" is not a taint.`, 'Write key=value:effect, such as dedicated=infra:NoSchedule.')
  const [, key, value, effect] = found
  const toleration = {
    key,
    ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
    ...(effect && { effect }),
  }
  return [...before, toleration as Toleration]
}
