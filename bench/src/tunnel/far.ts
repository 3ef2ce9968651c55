import { bulk } from './bulk.ts'
import { exec } from './exec.ts'
import { type Cluster, openExecWays } from './exec-stage.ts'
import { losePackets } from './loss.ts'
import { start } from './processes.ts'
import type { Settings } from './settings.ts'
import { small } from './small.ts'
import type { Table } from './table.ts'
import { type Between, openWays } from './ways.ts'

/** ms, of a round trip: half of it in each direction. */
const ROUND_TRIPS = [20, 40]
/** Smaller than without distance: what limits here is the way, and it shows as well. */
const MIB = 128
const MIB_EACH = 4

/** The same figures over a long way, by a proxy that holds everything back, and over one that loses one packet in a hundred. */
export async function far(given: Settings, cluster: Cluster, table: Table, seconds: number): Promise<void> {
  const options = { seconds, mib: MIB, mibEach: MIB_EACH, whole: false }
  const measure = async (words: string, stack: AsyncDisposableStack, between: Between) => {
    const ways = await openWays(stack, given, between)
    const here = table.under(`${words}: `)
    await small(ways, here, options)
    await bulk(ways, here, options)
    await exec(await openExecWays(stack, given, cluster, between), cluster, here, seconds, false)
  }

  for (const ms of ROUND_TRIPS) {
    process.stderr.write(`bench: ${ms} ms of round trip added\n`)
    await using stack = new AsyncDisposableStack()
    await measure(`+${ms} ms`, stack, async port => {
      const proxy = await start(stack, 'delay-proxy.ts', { ...given, nextPort: port, delayMs: ms / 2 })
      return proxy.port
    })
  }

  process.stderr.write('bench: one packet in a hundred lost\n')
  await using stack = new AsyncDisposableStack()
  try {
    // The proxy delays nothing: it gives the long way a port of its own, whose packets are lost.
    await measure('1 % loss', stack, async port => {
      const proxy = await start(stack, 'delay-proxy.ts', { ...given, nextPort: port, delayMs: 0 })
      const why = losePackets(stack, proxy.port)
      if (why !== null) throw new LossUnavailable(why)
      return proxy.port
    })
  } catch (error) {
    if (!(error instanceof LossUnavailable)) throw error
    table.missing('1 % loss', `iptables can not drop packets by chance here (${error.message})`)
  }
}

class LossUnavailable extends Error {}
