import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { type FlavourName, flavourNamed } from './flavours/flavours.ts'
import { type Kwok, startKwok } from './kwok.ts'
import { startMetricsServer } from './metrics-server.ts'
import { startMovement } from './movement.ts'
import { createWorkloads } from './workloads.ts'

export interface TestbedOptions {
  name: string
  flavour?: FlavourName
  nodes?: number
  /** Applications of three teams, some in trouble. */
  workloads?: boolean
  /** Whether they keep changing from the start; `move` starts it later. */
  moving?: boolean
  /** The real metrics-server. */
  metrics?: boolean
  dir?: string
  apiServerArgs?: string[]
  log?: (line: string) => void
}

/** A cluster to look at: a control plane, simulated nodes of a flavour, and what runs on them. */
export interface Testbed extends AsyncDisposable {
  readonly controlPlane: ControlPlane
  readonly kwok: Kwok
  /** Starts changing things; disposing of what it returns, or of the testbed, ends that. */
  move(): AsyncDisposable
}

/** Starts a cluster to look at and resolves once its nodes are Ready and its workloads created. */
export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const { name, nodes = 3, log = () => {} } = options
  const flavour = flavourNamed(options.flavour ?? 'generic')
  await using starting = new AsyncDisposableStack()
  const controlPlane = starting.use(
    await startControlPlane({
      name,
      log,
      gitVersionSuffix: flavour.versionSuffix,
      ...(options.dir && { dir: options.dir }),
      ...(options.apiServerArgs && { apiServerArgs: options.apiServerArgs }),
    }),
  )
  const kwok = starting.use(await startKwok(controlPlane, flavour))
  const nodesReady = kwok.addNodes(nodes)
  if (options.metrics) starting.use(await startMetricsServer(controlPlane))
  await nodesReady
  if (options.workloads) await createWorkloads(controlPlane.api)
  const move = () => startMovement(controlPlane.api, { log })
  if (options.moving) starting.use(move())
  const stack = starting.move()
  return {
    controlPlane,
    kwok,
    move: () => stack.use(move()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
