import { execFile } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { program } from '@moorage/testkit/binaries.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { kubectlCommands } from '../../terminals/kubectl-commands.ts'
import { openPromptClient, type PromptClient } from './fixtures/prompt-client.ts'

/** ms; beside other suites. */
const SLOWLY = { within: 60_000, every: 100 }
const stack = new AsyncDisposableStack()
const dir = mkdtempSync(join(tmpdir(), 'moorage-prompt-'))
const kubectl = join(dir, 'kubectl')
/** Of this hub alone: others run beside it. */
const temporary = join(dir, 'tmp')
const namespace = `prompt-${process.pid}`
let hub: HubProcess
let prompt: PromptClient
let ca = ''

/** Where every user of the machine can run it, as a hub that is root has it run by nobody. */
async function placeKubectl(): Promise<void> {
  chmodSync(dir, 0o755)
  mkdirSync(temporary)
  const built = realpathSync(await program('kubectl'))
  try {
    linkSync(built, kubectl)
  } catch {
    copyFileSync(built, kubectl)
  }
}

const post = async (path: string, body: unknown, method = 'POST') => {
  const answer = await hub.fetch(path, { method, body })
  const text = await answer.text()
  expect(answer.status, text).toBeLessThan(300)
  return JSON.parse(text)
}
const items = async (path: string) =>
  ((await (await hub.fetch(path)).json()) as { items: Record<string, unknown>[] }).items
const open = (token = hub.token) => openPromptClient(hub.url, 'real', { ca, authorization: `Bearer ${token}` })

beforeAll(async () => {
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  await placeKubectl()
  hub = stack.use(
    await startHub({
      dir: join(dir, 'hub'),
      args: ['--terminals', 'all', '--kubectl', kubectl],
      env: { TMPDIR: temporary },
    }),
  )
  ca = readFileSync(hub.caPath, 'utf8')
  await post('/api/v1/clusters', { name: 'real', kubeconfig: readFileSync(inject('kubeconfig'), 'utf8'), mode: 'full' })
  prompt = stack.use(await eventually(() => open(), SLOWLY))
  const made = await eventually(async () => {
    const said = await prompt.say(`create namespace ${namespace}`)
    expect(`${said.stdout}${said.stderr}`).toMatch(/created|already exists/)
    return said
  }, SLOWLY)
  expect(made.end).toMatchObject({ type: 'exit' })
}, 180_000)
afterAll(async () => {
  await prompt?.say(`delete namespace ${namespace} --wait=false`)
  await stack.disposeAsync()
})

/** Processes that the hub has begun, by their ids. */
const runs = () =>
  readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(hub.pid)
      } catch {
        return false
      }
    })
const homes = () => readdirSync(temporary).filter(name => name.startsWith('moorage-kubectl-'))

describe('the kubectl prompt', () => {
  test('runs kubectl as the person, and the audit says by which way it came', async () => {
    const since = new Date().toISOString()
    const who = await prompt.say('auth whoami -o json')
    expect(who.end, who.stderr).toMatchObject({ type: 'exit', code: 0 })
    expect(JSON.parse(who.stdout).status.userInfo.username).toMatch(/^moorage:token\//)
    const made = await prompt.say(`create configmap app --from-literal='a=b c' -n ${namespace}`)
    expect(made).toMatchObject({ stdout: 'configmap/app created\n', end: { code: 0 } })
    const got = await prompt.say(`-n ${namespace} get cm app -o jsonpath='{.data.a}'`)
    expect(got).toMatchObject({ stdout: 'b c', end: { code: 0 } })
    await eventually(async () => {
      const [line] = await items(`/api/v1/audit?action=kube.create&resource=configmaps&status=201&since=${since}`)
      expect(line).toMatchObject({
        ...{ namespace, source: '127.0.0.1', allowed: true, client: expect.stringMatching(/^kubectl/) },
        via: expect.stringMatching(/^web-terminal\/token\//),
      })
    }, SLOWLY)
  })

  test('hands on what kubectl says of a failure, and its exit code', async () => {
    const said = await prompt.say('get pods no-such-pod')
    expect(said).toMatchObject({ stdout: '', end: { type: 'exit', code: 1 } })
    expect(said.stderr).toContain('"no-such-pod" not found')
    expect((await prompt.say('get pods -f /etc/passwd')).end).toMatchObject({ type: 'refused' })
    const help = await prompt.say('help')
    expect(help.stdout).toContain('rollout status | history')
  })

  test('is a process of its own: nobody’s, with limits, and without anything of the hub’s', async () => {
    // Cancelled once it shows what is made below: by then it was looked at.
    const watching = prompt.say('get configmaps -A -w', /looked-at/)
    const pid = await eventually(() => {
      const [found] = runs().filter(each => readFileSync(`/proc/${each}/cmdline`, 'utf8').startsWith(kubectl))
      expect(found).toBeDefined()
      return found as string
    }, SLOWLY)
    const of = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8')
    const [environ, cmdline, limits, status] = [of('environ'), of('cmdline'), of('limits'), of('status')]
    expect(cmdline.split('\0')).toEqual([kubectl, 'get', 'configmaps', '--all-namespaces', '--watch', ''])
    expect(environ).not.toContain(hub.token)
    expect(environ.match(/^MOORAGE|token/gim)).toBeNull()
    expect(limits).toMatch(/Max data size +1073741824/)
    expect(limits).toMatch(/Max cpu time +120/)
    expect(limits).toMatch(/Max core file size +0/)
    if (process.getuid?.() === 0) {
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
      expect(status).toMatch(/^Gid:\t65534\t65534\t65534\t65534$/m)
      expect(status).toMatch(/^Groups:\t *$/m)
      expect(status).toMatch(/^CapEff:\t0+$/m)
    }
    await post(`/k8s/real/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'looked-at' } })
    expect((await watching).end).toEqual({
      type: 'exit',
      id: expect.any(String),
      code: null,
      reason: 'It was cancelled.',
    })
    await eventually(() => expect(runs()).not.toContain(pid), SLOWLY)
  })

  test('ends with its connection, and leaves nothing behind', async () => {
    await eventually(() => expect(homes()).toEqual([]), SLOWLY)
    const other = await open()
    void other.say('get configmaps -A -w').catch(() => {})
    await other.next()
    expect(homes()).toHaveLength(1)
    const before = runs()
    expect(before).toHaveLength(1)
    other.socket.terminate()
    await eventually(() => expect([runs(), homes()]).toEqual([[], []]), SLOWLY)
  })

  test('is cut within 2 s when its credential is revoked', async () => {
    const { id, token } = await post('/api/v1/tokens', { name: 'short' })
    const other = await open(token)
    void other.say('get configmaps -A -w').catch(() => {})
    await other.next()
    const at = performance.now()
    await hub.fetch(`/api/v1/tokens/${id}`, { method: 'DELETE' })
    expect(await other.closed).toEqual({ code: 4403, reason: 'The right to it was taken back.' })
    expect(performance.now() - at).toBeLessThan(2_000)
    await eventually(() => expect(runs()).toEqual([]), SLOWLY)
  })

  test('gives nobody more than their rights', async () => {
    await post('/api/v1/service-accounts/looker', {}, 'PUT')
    const { token } = await post('/api/v1/tokens', { name: 'looker', serviceAccount: 'looker' })
    await expect(open(token)).rejects.toThrow(/^404.*cluster_not_found/)
    const subjects = [{ kind: 'service-account', name: 'looker' }]
    const scope = { kind: 'namespace', cluster: 'real', namespaces: [namespace] }
    await post('/api/v1/bindings/looker', { role: 'namespace-read-only', subjects, scope }, 'PUT')
    using other = await open(token)
    expect(await other.say(`get configmaps -n ${namespace} -o name`)).toMatchObject({ end: { code: 0 } })
    for (const line of [`get secrets -n ${namespace}`, 'get pods -n kube-system', `delete cm app -n ${namespace}`]) {
      const said = await other.say(line)
      expect([said.end, said.stderr], line).toMatchObject([{ code: 1 }, expect.stringContaining('Forbidden')])
    }
    await hub.fetch('/api/v1/bindings/looker', { method: 'DELETE' })
    expect((await other.closed).code).toBe(4403)
  })

  test('is recorded: what was typed and shown', async () => {
    const other = await open()
    await other.say('version -o json')
    await other.say('get pods | sh')
    other.socket.close()
    const found = await eventually(async () => {
      const [first] = await items('/api/v1/recordings?typed=get+pods+%7C+sh')
      expect(first).toMatchObject({
        kind: 'kubectl',
        state: 'whole',
        cluster: { name: 'real' },
        namespace: '',
        pod: '',
      })
      return first
    }, SLOWLY)
    const cast = await (await hub.fetch(`/api/v1/recordings/cast?id=${found?.id}`)).text()
    expect(cast).toContain('serverVersion')
    expect(cast).toContain('Pipes')
    const [line] = await items(`/api/v1/audit?request=${found?.id}&status=101`)
    expect(line).toMatchObject({ action: 'raw.prompt', recording: found?.id })
  })
})

test('the commands and flags that are taken are kubectl’s own', async () => {
  const helpOf = async ({ name }: { name: string }) =>
    (await promisify(execFile)(kubectl, [...name.split(' '), '--help'], { maxBuffer: 1_000_000 })).stdout
  const odd: string[] = []
  for (const command of kubectlCommands) {
    const own = new Map(
      [...(await helpOf(command)).matchAll(/^ +(?:-\w, )?--([\w-]+)=(.*):$/gm)].map(([, flag = '', value = '']) => [
        flag,
        value,
      ]),
    )
    for (const [flag, kind] of command.flags) {
      if (['help', 'namespace', 'request-timeout', 'v'].includes(flag)) continue
      const value = own.get(flag)
      if (value === undefined) odd.push(`${command.name} has no --${flag}`)
      else if ((kind === 'switch') !== /^(true|false)$/.test(value)) odd.push(`${command.name} --${flag}=${value}`)
    }
  }
  expect(odd).toEqual([])
})
