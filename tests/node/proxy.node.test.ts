import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from '@moorage/testkit/binaries.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { canRunKubelet, startKubelet } from '@moorage/testkit/kubelet.ts'
import { BUSYBOX_IMAGE } from '@moorage/testkit/kubelet-config.ts'
import { type Postgres, startPostgres } from '@moorage/testkit/postgres.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forwardPorts } from './forward-ports.ts'
import { fullDisk } from './full-disk.ts'
import { openPodTerminal } from './pod-terminal.ts'
import { created, reach } from './reach.ts'
import { createShellPod } from './shell-pod.ts'

/** ms; a machine that does other things too. */
const SLOWLY = { within: 90_000, every: 250 }
const MIB = 1024 * 1024
const POD = 'shell'

const can = canRunKubelet()
const stack = new AsyncDisposableStack()
const dir = mkdtempSync(join(tmpdir(), 'moorage-streams-'))
let member: ControlPlane
let node: string
let database: Postgres
let hub: HubProcess

beforeAll(async () => {
  if (!can.ok) return
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  member = stack.use(await startControlPlane({ name: 'streams' }))
  const { nodeName } = stack.use(await startKubelet(member))
  node = nodeName
  database = stack.use(await startPostgres())
  hub = stack.use(await startHub({ dir: join(dir, 'hub'), args: ['--database-url', database.databaseUrl] }))
  await createShellPod(member, POD)
})
afterAll(() => stack.disposeAsync())
// Counted as not run, which fails a full run: never silent.
beforeEach(context => {
  if (!can.ok) context.skip(can.reason)
})

const post = (path: string, body: unknown) => created(hub, path, body)
const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe.each(['direct', 'agent'] as const)('through the hub, by connection %s', connection => {
  let config: string
  const reached = new AsyncDisposableStack()
  beforeAll(async () => {
    if (!can.ok) return
    const made = reached.use(await reach({ dir, member, hub }, connection))
    config = made.config
  })
  afterAll(() => reached.disposeAsync())

  describe.each(['true', 'false'])('WebSockets: %s', webSockets => {
    beforeEach(() => {
      process.env.KUBECTL_REMOTE_COMMAND_WEBSOCKETS = webSockets
      process.env.KUBECTL_PORT_FORWARD_WEBSOCKETS = webSockets
    })
    afterAll(() => {
      delete process.env.KUBECTL_REMOTE_COMMAND_WEBSOCKETS
      delete process.env.KUBECTL_PORT_FORWARD_WEBSOCKETS
    })
    const run = (args: string[], input?: string) => kubectl(config, args, input === undefined ? {} : { input })

    test('exec hands on input, output, errors and the exit code', async () => {
      const big = 'x'.repeat(MIB)
      const echoed = await run(['exec', '-i', POD, '-c', 'main', '--', 'cat'], big)
      expect([echoed.code, echoed.stdout.length, echoed.stdout === big], echoed.stderr).toEqual([0, big.length, true])
      const failed = await run(['exec', POD, '-c', 'main', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])
      expect(failed).toMatchObject({ code: 7, stdout: 'out\n', stderr: expect.stringContaining('err\n') })
    })

    test('sessions are recorded: what was typed and shown, sizes, and how they ended', async () => {
      const since = new Date().toISOString()
      const line = 'script -qec "$KUBECTL" /dev/null'
      const kubectlPath = await program('kubectl')
      const KUBECTL = `stty cols 100 rows 30; ${kubectlPath} --kubeconfig ${config} exec -it ${POD} -c main -- sh`
      const shell = spawn('sh', ['-c', line], {
        env: { ...process.env, KUBECTL, TERM: 'xterm' },
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      let shown = ''
      shell.stdout.on('data', (text: Buffer) => {
        shown += text.toString()
      })
      const closed = once(shell, 'close')
      await eventually(() => expect(shown).toContain('#'), SLOWLY)
      shell.stdin.write("echo hel''lo\r")
      await eventually(() => expect(shown).toContain('hello'), SLOWLY)
      shell.stdin.write('exit 3\r')
      await closed
      const failed = await run(['exec', POD, '-c', 'main', '--', 'sh', '-c', 'echo out; exit 7'])
      expect(failed.code, failed.stderr).toBe(7)

      const found = async () => {
        const answer = await hub.fetch(`/api/v1/recordings?since=${since}`)
        return ((await answer.json()) as { items: Record<string, unknown>[] }).items
      }
      await eventually(
        async () => expect((await found()).map(({ state }) => state)).toEqual(['whole', 'whole']),
        SLOWLY,
      )
      const [plain, typed] = await found()
      expect(plain).toMatchObject({
        exitCode: 7,
        tty: false,
        pod: POD,
        container: 'main',
        command: ['sh', '-c', 'echo out; exit 7'],
      })
      expect(typed).toMatchObject({
        exitCode: 3,
        tty: true,
        kind: 'exec',
        namespace: 'default',
        cluster: { name: 'real' },
      })
      const { typed: lines } = (await (await hub.fetch(`/api/v1/recordings/${typed?.id}`)).json()) as {
        typed: { line: string }[]
      }
      expect(lines.map(each => each.line)).toEqual([
        expect.stringMatching(/# echo hel''lo$/),
        expect.stringMatching(/# exit 3$/),
      ])
      const cast = (await moorage(hub, ['audit', 'play', `${typed?.id}`, '--output', '-'])).stdout
      const events = cast
        .trimEnd()
        .split('\n')
        .slice(1)
        .map(each => JSON.parse(each) as [number, string, string])
      const texts = (kind: string) =>
        events
          .filter(each => each[1] === kind)
          .map(each => each[2])
          .join('')
      expect(texts('i')).toBe("echo hel''lo\rexit 3\r")
      expect(texts('o')).toContain('hello\r\n')
      expect(texts('r')).toMatch(/^(100x30)+$/)
      expect(events.every(([at], index) => at >= (events[index - 1]?.[0] ?? 0))).toBe(true)
      const { items } = (await (await hub.fetch(`/api/v1/audit?request=${typed?.id}&status=101`)).json()) as {
        items: object[]
      }
      expect(items).toMatchObject([
        {
          recording: typed?.id,
          verb: webSockets === 'true' ? 'get' : 'create',
          subresource: 'exec',
          bytesOut: expect.any(Number),
        },
      ])
    })

    test('where sessions must be recorded, a command is recorded or does not run', async () => {
      const exec = (line: string) => run(['exec', POD, '-c', 'main', '--', 'sh', '-c', line])
      const recorded = async () => {
        const { items } = (await (await hub.fetch('/api/v1/recordings?limit=1')).json()) as { items: object[] }
        return items[0]
      }
      const policy = (to: string) => moorage(hub, ['cluster', 'recording', 'real', to])
      expect(await policy('record-or-refuse')).toMatchObject({ code: 0 })
      const kept = 'rm -f /tmp/ran; echo kept'
      expect(await exec(kept)).toMatchObject({ code: 0, stdout: 'kept\n' })
      const whole = { state: 'whole', exitCode: 0, command: ['sh', '-c', kept] }
      await eventually(async () => expect(await recorded()).toMatchObject(whole), SLOWLY)

      {
        using _full = fullDisk(database)
        const refused = await exec('touch /tmp/ran')
        expect(refused.code).toBe(1)
        expect(refused.stderr).toContain('Sessions must be recorded here, and this one can not be')
      }
      // By the node's own API commands would run past the hub.
      const around = `/api/v1/nodes/${node}/proxy/run/default/${POD}/main?cmd=touch&cmd=/tmp/ran`
      const passed = await run(['create', '--raw', around, '-f', '/dev/null'])
      expect(passed.stderr).toContain('it opens a way past exec and attach')
      // Whoever asks for a container that is not there leaves no recording.
      expect((await run(['exec', POD, '-c', 'none', '--', 'true'])).code).toBe(1)
      expect(await policy('default')).toMatchObject({ code: 0 })
      const ran = 'test -e /tmp/ran && echo it ran'
      expect(await exec(ran)).toMatchObject({ code: 1, stdout: '' })
      const { items } = (await (await hub.fetch('/api/v1/recordings?limit=2')).json()) as { items: object[] }
      expect(items).toMatchObject([{ command: ['sh', '-c', ran] }, { command: ['sh', '-c', kept] }])
    })

    test('cp brings 20 MiB there and back', async () => {
      const bytes = randomBytes(20 * MIB)
      writeFileSync(join(dir, 'there'), bytes)
      const there = await run(['cp', join(dir, 'there'), `default/${POD}:/tmp/copied`, '-c', 'main'])
      expect(there.code, there.stderr).toBe(0)
      const back = await run(['cp', `default/${POD}:/tmp/copied`, join(dir, 'back'), '-c', 'main'])
      expect(back.code, back.stderr).toBe(0)
      expect(sum(readFileSync(join(dir, 'back')))).toBe(sum(bytes))
    })

    test('a hundred forwarded ports answer at once', async () => {
      await using forwarded = await forwardPorts(config, `pod/${POD}`, { port: 8080, times: 10, each: 10 })
      const ports = forwarded.ports.flat()
      const page = async (port: number) => {
        const url = `http://127.0.0.1:${port}/index.html`
        const answer = await fetch(url, { signal: AbortSignal.timeout(20_000), headers: { connection: 'close' } })
        return answer.text()
      }
      for (const [port = 0] of forwarded.ports) {
        await eventually(async () => expect(await page(port)).toBe('hello\n'), SLOWLY)
      }
      expect(await Promise.all(ports.map(page))).toEqual(ports.map(() => 'hello\n'))
    })

    test('what runs is attached to, and a container for debugging is added', async () => {
      const debug = `debug-${connection}-${webSockets}`
      const image = ['--image', BUSYBOX_IMAGE, '--image-pull-policy', 'Never']
      for (const args of [
        ['attach', '-i', POD, '-c', 'reader'],
        ['debug', '-i', POD, '-c', debug, ...image, '--', 'cat'],
      ]) {
        const session = spawn(await program('kubectl'), ['--kubeconfig', config, ...args], {
          stdio: ['pipe', 'pipe', 'pipe'],
        })
        let shown = ''
        for (const from of [session.stdout, session.stderr]) from.on('data', (text: Buffer) => (shown += text))
        const closed = once(session, 'close')
        session.stdin.write(`typed by ${webSockets}\n`)
        await eventually(() => expect(shown).toContain(`typed by ${webSockets}\n`), SLOWLY)
        session.kill()
        await closed
      }
    })

    test('a revoked token ends its exec within 2 s', async () => {
      const { id, token } = await post('/api/v1/tokens', { name: 'short' })
      const args = [
        '--kubeconfig',
        config,
        '--token',
        token,
        'exec',
        POD,
        '-c',
        'main',
        '--',
        'sh',
        '-c',
        'echo on; sleep 600',
      ]
      const exec = spawn(await program('kubectl'), args, { stdio: ['ignore', 'pipe', 'ignore'] })
      const closed = once(exec, 'close')
      await once(exec.stdout, 'data')
      const at = Date.now()
      await hub.fetch(`/api/v1/tokens/${id}`, { method: 'DELETE' })
      await closed
      expect(Date.now() - at).toBeLessThan(2_000)
    })
  })

  test('a terminal of the console is a shell with sizes and an exit code, recorded as such', async () => {
    await using terminal = await openPodTerminal(hub, 'real', { namespace: 'default', pod: POD, container: 'main' })
    terminal.resize(100, 30)
    terminal.type("stty size; echo hel''lo $TERM\r")
    await eventually(() => expect(terminal.shown()).toMatch(/30 100\r\n(.*\r\n)*hello xterm-256color/), SLOWLY)
    terminal.type('exit 4\r')
    expect(await terminal.status).toMatchObject({ details: { causes: [{ reason: 'ExitCode', message: '4' }] } })
    await eventually(async () => {
      const { items } = (await (await hub.fetch('/api/v1/recordings?limit=1')).json()) as { items: { id: string }[] }
      expect(items).toMatchObject([{ kind: 'exec', tty: true, exitCode: 4, state: 'whole', container: 'main' }])
      const lines = (await (await hub.fetch(`/api/v1/audit?request=${items[0]?.id}`)).json()) as { items: object[] }
      expect(lines.items[0]).toMatchObject({ status: 101, via: expect.stringMatching(/^web-terminal\/token\//) })
    }, SLOWLY)
  })

  test('a log is read and followed, and a service asked through the API server', async () => {
    const logs = await kubectl(config, ['logs', POD, '-c', 'main', '--tail', '-1'])
    expect(logs.stdout).toMatch(/^it runs\n/)
    const args = ['--kubeconfig', config, 'logs', '-f', POD, '-c', 'main', '--tail', '1']
    const follow = spawn(await program('kubectl'), args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let lines = 0
    follow.stdout.on('data', (text: Buffer) => {
      lines += text.toString().split('\n').length - 1
    })
    await eventually(() => expect(lines).toBeGreaterThan(2), SLOWLY)
    follow.kill()
    await once(follow, 'close')
    const proxied = await kubectl(config, [
      'get',
      '--raw',
      `/api/v1/namespaces/default/pods/${POD}:8080/proxy/index.html`,
    ])
    expect(proxied).toMatchObject({ code: 0, stdout: 'hello\n' })
  })
})
