/**
 * `./run demo`: three real control planes of different flavours with moving
 * nodes and pods, a hub, and the fleet filling in, until Ctrl-C.
 *
 * `--once` ends with 0 when all three are Running and their inventory is
 * complete, with the fleet's table as the last output.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHub } from '@moorage/testkit/hub-process.ts'
import { followFleet } from './fleet.ts'
import { joinFleet } from './join.ts'
import { startMembers } from './members.ts'
import { step } from './step.ts'
import { welcome } from './welcome.ts'

async function demo(once: boolean, signal: AbortSignal): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-demo-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))

  const members = stack.use(await step('starting three real control planes', () => startMembers(dir)))
  signal.throwIfAborted()
  const hub = stack.use(await step('starting the hub', () => startHub({ dir: join(dir, 'hub') })))
  signal.throwIfAborted()
  stack.use(await step('connecting one cluster, importing two by agent', () => joinFleet(hub, members.list, dir)))
  await followFleet(
    hub,
    members.list.map(member => member.name),
    { signal },
  )
  if (once) return

  process.stdout.write(welcome(hub, members.list))
  members.move()
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  process.stderr.write('\nstopping everything\n')
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error('stopped')))
try {
  await demo(process.argv.includes('--once'), stop.signal)
} catch (error) {
  if (!stop.signal.aborted) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
