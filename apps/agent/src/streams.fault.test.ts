import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex, Readable } from 'node:stream'
import { readBounded } from '@moorage/kube/read-body.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type FaultProxy, startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import { openSockets } from '@moorage/testkit/open-sockets.ts'
import { logPiece, type PlayedKubelet, startPlayedKubelet } from '@moorage/testkit/played-kubelet.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ask } from './fixtures/ask.ts'
import { anything, testManifest } from './fixtures/manifest.ts'
import { type StandInHub, startStandInHub } from './fixtures/stand-in-hub.ts'

/** ms; a cut is seen by both ends at once, and each connection that ended is dialled anew. */
const SEEN_WITHIN = 5_000
/** ms; a way that goes silent is given up after 12 s, or what waited for it would wait for ever. */
const SILENCE_WITHIN = 15_000
const MIB = 1024 * 1024

const dir = mkdtempSync(join(tmpdir(), 'moorage-streams-'))
const stack = new AsyncDisposableStack()
let plane: ControlPlane
let kubelet: PlayedKubelet
let hub: StandInHub
let proxy: FaultProxy
let agent: AgentProcess

beforeAll(async () => {
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  plane = stack.use(await startControlPlane({ name: 'streams', scheduler: false, controllerManager: false }))
  kubelet = stack.use(await startPlayedKubelet(plane))
  hub = stack.use(await startStandInHub())
  proxy = stack.use(await startFaultProxy({ port: hub.port }))
  const manifest = testManifest({
    namespace: 'moorage-system',
    instance: randomUUID(),
    config: { 'hub-url': `https://127.0.0.1:${proxy.port}`, mode: 'full', 'ca.crt': hub.ca.certPem },
    joinToken: `join_${'a'.repeat(43)}`,
    rules: anything,
  })
  agent = stack.use(await startAgent({ dir, plane, manifest }))
  await isBack(30_000)
}, 120_000)

afterAll(() => stack.disposeAsync())

const version = async () => expect((await ask(hub.pool, 'GET', '/version')).status).toBe(200)
const isBack = (within: number) =>
  eventually(
    async () => {
      expect(hub.link).not.toBeNull()
      await version()
    },
    { within },
  )

const exec = async (): Promise<Duplex> => {
  const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' }
  const path = `${kubelet.pod}/exec?command=sh&stdin=true&stdout=true`
  const { socket } = await hub.pool.upgrade({ method: 'POST', path, headers }, AbortSignal.timeout(10_000))
  socket.on('error', () => {}) // its end is looked at
  return socket
}
/** An error before it is no other end. */
const closing = (socket: Duplex) => new Promise<void>(resolve => void socket.once('close', resolve))
const echoes = async (socket: Duplex, text: string) => {
  socket.write(text)
  let heard = ''
  while (heard.length < text.length) heard += (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) }))[0]
  expect(heard).toBe(text)
}
const log = async (signal: AbortSignal): Promise<Readable> => {
  const answer = await hub.pool.request({ method: 'GET', path: `${kubelet.pod}/log`, headers: {} }, signal)
  expect(answer.status).toBe(200)
  return answer.body
}
/** Reads on, and resolves with how many bytes came and what it ended with: null where that was the proper end. */
async function readOn(body: Readable): Promise<{ bytes: number; intact: boolean; error: Error | null }> {
  let bytes = 0
  let intact = true
  const piece = logPiece(0).length
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk])
      for (; rest.length >= piece; rest = rest.subarray(piece)) {
        intact &&= rest.subarray(0, piece).equals(logPiece(bytes))
        bytes += piece
      }
    }
    return { bytes, intact, error: null }
  } catch (error) {
    return { bytes, intact, error: error as Error }
  }
}
const someCame = (body: Readable) => once(body, 'readable', { signal: AbortSignal.timeout(10_000) })
const nothingRunsInTheMember = (within = SEEN_WITHIN) =>
  eventually(() => expect([kubelet.execs, kubelet.logs]).toEqual([0, 0]), { within })

/** Connections of the agent to its API server for its own requests. */
const OWN = 4

/** What each must leave behind: no stream, no socket, no connection that counts as used. */
afterEach(async () => {
  await isBack(SEEN_WITHIN)
  await nothingRunsInTheMember()
  await eventually(
    () => {
      // The link alone.
      expect([hub.pool.stats().busy, hub.pool.stats().waiting]).toEqual([1, 0])
      const { idle } = hub.pool.stats()
      // To the hub as many as it knows; to its API server at most one for each of them.
      expect(proxy.open).toBe(idle + 1)
      expect(openSockets(agent.pid).length).toBeLessThanOrEqual(2 * proxy.open + OWN)
    },
    { within: SEEN_WITHIN },
  )
})

test('exec, logs and small requests go through, side by side', async () => {
  const shell = await exec()
  await echoes(shell, 'hello')
  kubelet.logBytes = 32 * MIB
  const body = await log(AbortSignal.timeout(20_000))
  const [read] = await Promise.all([readOn(body), version(), echoes(shell, 'x'.repeat(100_000))])
  expect(read).toEqual({ bytes: 32 * MIB, intact: true, error: null })
  await eventually(() => expect([kubelet.execs, kubelet.logs]).toEqual([1, 0]), { within: SEEN_WITHIN })
  shell.destroy()
})

test('cut in the middle of an exec and of a download: both ends see it, and half an answer is never a whole one', async () => {
  kubelet.logBytes = Number.POSITIVE_INFINITY
  const shell = await exec()
  await echoes(shell, 'hello')
  const body = await log(AbortSignal.timeout(20_000))
  await someCame(body)
  const [reading, closed] = [readOn(body), closing(shell)]
  proxy.resetOpen()
  await closed
  expect((await reading).error).toMatchObject({ name: 'TunnelError', reason: 'closed' })
  await nothingRunsInTheMember()
  await isBack(SEEN_WITHIN)
  const again = await exec()
  await echoes(again, 'there again')
  again.destroy()
})

test('cut after so many bytes of a list: it fails, and the same list is whole the next time', async () => {
  const read = async () => {
    const answer = await hub.pool.request(
      { method: 'GET', path: '/openapi/v2', headers: {} },
      AbortSignal.timeout(10_000),
    )
    return (await readBounded(answer.body, 64 * MIB)).length
  }
  const whole = await read()
  expect(whole).toBeGreaterThan(MIB)
  proxy.set({ kind: 'drop-after', bytes: MIB / 2, towards: 'server' })
  await expect(read()).rejects.toMatchObject({ name: 'TunnelError', reason: 'closed' })
  proxy.pass()
  expect(await read()).toBe(whole)
})

test('stalled in the middle of an exec and of a download: both are ended, at both ends, in the time of silence', async () => {
  kubelet.logBytes = Number.POSITIVE_INFINITY
  const shell = await exec()
  const body = await log(AbortSignal.timeout(30_000))
  await someCame(body)
  const [reading, closed] = [readOn(body), closing(shell)]
  const began = performance.now()
  proxy.stall()
  await Promise.all([closed, nothingRunsInTheMember(SILENCE_WITHIN)])
  expect((await reading).error).toMatchObject({ name: 'TunnelError', reason: 'closed' })
  console.info('both ends gave up after', Math.round(performance.now() - began), 'ms')
  proxy.pass()
  await isBack(20_000)
})

test('a slow way is no broken one: the link lives, a download is whole, and small requests wait for no other', async () => {
  const hellos = hub.heard.filter(({ type }) => type === 'hello').length
  proxy.set({ kind: 'slow', delayMs: 40, bytesPerSecond: 4 * MIB })
  kubelet.logBytes = 4 * MIB
  const reading = readOn(await log(AbortSignal.timeout(60_000)))
  const took: number[] = []
  for (let count = 0; count < 20; count++) {
    const start = performance.now()
    await version()
    took.push(performance.now() - start)
  }
  expect(await reading).toEqual({ bytes: 4 * MIB, intact: true, error: null })
  proxy.pass()
  console.info('small requests over a slow way, at worst', Math.round(Math.max(...took)), 'ms')
  expect(Math.max(...took)).toBeLessThan(2_000)
  expect(hub.heard.filter(({ type }) => type === 'hello').length).toBe(hellos)
})

test('an API server that is killed ends its streams alone, and one that is frozen holds nobody who gives up', async () => {
  const linked = hub.link
  const shell = await exec()
  await echoes(shell, 'hello')
  const closed = closing(shell)
  process.kill(plane.pids['kube-apiserver'] as number, 'SIGKILL')
  await plane.stopApiServer()
  await closed
  expect((await ask(hub.pool, 'GET', '/version')).status).toBe(502)
  await plane.startApiServer()
  await eventually(version, { within: 10_000 })

  const get = async (signal: AbortSignal) => {
    const answer = await hub.pool.request({ method: 'GET', path: '/version', headers: {} }, signal)
    await readOn(answer.body)
    return answer.status
  }
  plane.freeze()
  try {
    const waiting = Array.from({ length: 20 }, () => get(AbortSignal.timeout(40_000)))
    const all = Promise.all(waiting)
    all.catch(() => {}) // looked at below
    await eventually(() => expect(hub.pool.stats().busy).toBeGreaterThan(20), { within: 20_000 })
    await expect(get(AbortSignal.timeout(300))).rejects.toThrow()
    plane.thaw()
    expect(new Set(await all)).toEqual(new Set([200]))
  } finally {
    plane.thaw()
  }
  expect(hub.link).toBe(linked)
})

test('an agent that is killed in the middle of an exec leaves nothing running', async () => {
  const shell = await exec()
  await echoes(shell, 'hello')
  const closed = closing(shell)
  await agent.kill()
  await Promise.all([closed, nothingRunsInTheMember()])
  await agent.restart()
  await isBack(20_000)
})
