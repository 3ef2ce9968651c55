import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticated } from '../../access/identity.ts'
import { statusOf } from '../../kubeproxy/status.ts'
import { type Door, makeDoor } from '../../terminals/door.ts'
import { makeRunHome, removeLeftRunHomes } from '../../terminals/run-home.ts'
import { type Output, type Runner, type Running, runKubectl, runUser } from '../../terminals/run-kubectl.ts'
import { makeTurns } from '../../terminals/turns.ts'
import { beginExchange } from '../begin-exchange.ts'
import type { ApiDeps } from '../deps.ts'
import type { KubeApi } from '../kube.ts'
import { HEADERS_TIMEOUT_MS, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from '../limits.ts'

/** For whom a kubectl runs, and where. */
export interface RunFor {
  who: Authenticated
  /** Where they are themselves: the audit, and limits by address, look at that. */
  address: string
  cluster: { id: string; name: string }
}

/** Runs of kubectl in people's names. */
export interface KubectlRuns extends AsyncDisposable {
  /** Begins one; or says why not now. */
  begin(
    runner: Runner,
    run: RunFor,
    args: readonly string[],
    print: (output: Output) => Promise<void> | null,
  ): Promise<Running | { refused: string }>
}

/** Each takes memory and processor time of the hub's machine. */
const AT_ONCE = { own: 3, all: 24 }
const TOO_MANY = {
  own: `${AT_ONCE.own} of your lines are running, which is all that one person may have. End one.`,
  all: `The hub runs ${AT_ONCE.all} lines, which is all that it takes. Try again in a moment.`,
}

function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify(statusOf(code, reason, message)))
}

export function kubectlRuns(deps: ApiDeps, kube: KubeApi, stopping: AbortSignal): KubectlRuns {
  const turns = makeTurns(AT_ONCE)
  const tidied = removeLeftRunHomes(runUser(process.getuid?.())).then(
    count => {
      if (count > 0) deps.log.info({ count }, 'Folders of kubectl that a killed hub has left behind were removed.')
    },
    err => deps.log.warn({ err }, 'Folders of kubectl that a killed hub may have left behind could not be removed.'),
  )
  const answer = (run: RunFor | undefined, request: IncomingMessage, response: ServerResponse) => {
    const exchange = beginExchange(deps, randomUUID(), request, response, run?.address)
    if (run === undefined) return refuse(response, 401, 'Unauthorized', 'The run of this credential is over.')
    const own = `/k8s/${run.cluster.id}/`
    if (request.url?.startsWith(own) !== true) return refuse(response, 404, 'NotFound', 'There is nothing else here.')
    if (request.headers.upgrade !== undefined) {
      return refuse(response, 400, 'BadRequest', 'The prompt opens no way into a container.')
    }
    void kube.answer(exchange, stopping, { way: 'web-terminal', who: run.who })
  }
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
  }
  const door: Door<RunFor> = makeDoor({ now: deps.now, limits, answer })
  return {
    async begin(runner, run, args, print) {
      await tidied
      const turn = turns.take(run.who.identity.id)
      if (typeof turn === 'string') return { refused: TOO_MANY[turn] }
      await using stack = new AsyncDisposableStack()
      stack.use(turn)
      const pass = stack.use(await door.open(run))
      const home = stack.use(await makeRunHome(run.cluster, pass, runner.user))
      const { end, ended } = runKubectl(runner, home, args, print)
      const owned = stack.move()
      return { end, ended: ended.finally(() => owned.disposeAsync()) }
    },
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  }
}
