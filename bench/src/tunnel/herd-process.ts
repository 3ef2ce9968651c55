/** A part of the herd, in one process: has keys, starts its agents, and says how many have their link. */
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { type HerdAgent, startHerdAgent } from './herd-agent.ts'
import { type Identity, newIdentity } from './herd-identity.ts'
import type { HerdOrder, HerdWord } from './herd-words.ts'
import { settings } from './settings.ts'

/** Agents that start in a moment, and ms between two moments: clusters do not begin all at once, they only come back so. */
const BATCH = 10
const PAUSE = 400

const { hubPort, originPort, token = '', ca, instance = '' } = settings()
const context = tls.createSecureContext({ ca })
const waiting: [Identity, string][] = []
const agents: HerdAgent[] = []
const say = (word: HerdWord) => void process.send?.(word)

async function startAll(): Promise<void> {
  for (const [index, [identity, name]] of waiting.entries()) {
    agents.push(startHerdAgent({ hubPort, apiPort: originPort, token, context }, identity, name))
    if (index % BATCH === BATCH - 1) await sleep(PAUSE)
  }
}

process.on('message', (order: HerdOrder) => {
  if (order === 'look') say({ linked: agents.filter(({ linked }) => linked).length })
  else if (order === 'start') void startAll()
  else {
    const { name, token: joinToken } = order.join
    const identity = newIdentity(instance, name)
    waiting.push([identity, name])
    say({ name, body: identity.registration(joinToken) })
  }
})
process.on('disconnect', () => process.exit())
say({ ready: true })
