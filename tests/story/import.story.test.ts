import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { AgentManifest, ConnectionEvent, Imported, ImportStep, ProofReport } from '@moorage/contract/agent.ts'
import type { AuditLine } from '@moorage/contract/audit.ts'
import type { Capability, Cluster, Receipt } from '@moorage/contract/cluster.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { program } from '@moorage/testkit/binaries.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

const dir = mkdtempSync(join(tmpdir(), 'moorage-import-'))
const LIVE = 'moorage-live'
let member: ControlPlane
let hub: HubProcess
/** One that calls itself by a name that nobody knows. */
let nameless: HubProcess
let namelessInstance = ''
let agent: AgentProcess | undefined

beforeAll(async () => {
  ;[member, hub, nameless] = await Promise.all([
    startControlPlane({ name: 'import', scheduler: false }),
    startHub({ dir: join(dir, 'hub') }),
    startHub({ dir: join(dir, 'nameless'), args: ['--public-url', 'https://moorage.nowhere.invalid:8443'] }),
  ])
}, 120_000)

afterAll(async () => {
  await agent?.[Symbol.asyncDispose]()
  await Promise.all([...lost, hub, nameless].map(each => each?.[Symbol.asyncDispose]()))
  await member?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

const run = (...args: string[]) => moorage(hub, args)
const ok = async (...args: string[]) => {
  const result = await run(...args)
  expect(result, args.join(' ')).toMatchObject({ code: 0 })
  return result
}
const json = async <T>(...args: string[]) => JSON.parse((await ok(...args, '-o', 'json')).stdout) as T
const get = (name: string) => json<Cluster>('cluster', 'get', name)
const stepsOf = (name: string) => json<{ done: boolean; steps: ImportStep[] }>('cluster', 'import-steps', name)
const known = async () => (await ok('cluster', 'list', '-o', 'name')).stdout.split('\n').filter(Boolean)
const kube = async (args: string[], input?: string) => {
  const { code, stdout, stderr } = await kubectl(member.kubeconfigPath, args, input === undefined ? {} : { input })
  expect(code, stderr).toBe(0)
  return stdout
}
/** The pod of what is applied in a namespace. */
const startPod = async (namespace: string, pod: string) =>
  startAgent({
    dir: join(dir, pod),
    plane: member,
    manifest: await kube(['get', 'configmap', 'moorage-agent', '-n', namespace, '-o', 'yaml']),
    applied: true,
    pod,
  })
const isApplied = (namespace: string) =>
  eventually(
    async () => {
      const { code } = await kubectl(member.kubeconfigPath, ['get', 'deployment', 'moorage-agent', '-n', namespace])
      expect(code).toBe(0)
    },
    { within: 30_000 },
  )

/** Agents that never reach a hub: what is said of them after a while stands at the end. */
const lost: AgentProcess[] = []
test('agents with a wrong name or a wrong CA of the hub begin to dial it', async () => {
  const start = async (name: string, config: Record<string, string>) => {
    const body = { name, agent: { namespace: `of-${name}` } }
    const answer = await nameless.fetch('/api/v1/imports', { method: 'POST', body })
    const { manifest, url } = (await answer.json()) as Imported
    // As the owner's command does.
    expect((await nameless.fetch(new URL(url ?? '').pathname)).status).toBe(200)
    const process = await startAgent({ dir: join(dir, name), plane: member, manifest, pod: `${name}-1`, config })
    lost.push(process)
    await eventually(
      () => expect(process.logs()).toContainEqual(expect.objectContaining({ msg: 'joining the hub failed' })),
      { within: 30_000 },
    )
    return manifest
  }
  const manifest = await start('unnamed', {})
  namelessInstance = manifest.match(/moorage\.dev\/instance: ([\da-f-]{36})/)?.[1] ?? ''
  await start('mistrusting', { 'hub-url': nameless.url, 'ca.crt': readFileSync(hub.caPath, 'utf8') })
})

/** Runs a command as the owner of the member would paste it. */
async function paste(command: string) {
  const path = [dirname(await program('kubectl')), process.env.PATH].join(delimiter)
  const child = spawn('sh', ['-c', command], { env: { PATH: path, KUBECONFIG: member.kubeconfigPath, HOME: dir } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (said += data))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

test('an import prints the one command, which is all that the owner runs, and says what it does', async () => {
  const { stdout, stderr } = await ok('cluster', 'import', 'silent', '-n', 'moorage-silent', '--label', 'env=test')
  expect(stdout).toMatch(/^curl .+ \| kubectl apply -f -\n$/)
  for (const words of [
    'Importing silent by an agent in read-only mode',
    'Namespace moorage-silent',
    'Deployment moorage-silent/moorage-agent',
    'ClusterRoleBinding moorage-agent-',
    'get, list, watch: events, namespaces, nodes',
    'Nothing else: no Secrets',
    'It can be used once, until 20',
    'moorage cluster import-steps silent --wait',
    // It would be of no use to pods.
    'the hub’s own machine',
  ])
    expect(stderr).toContain(words)
  expect(await get('silent')).toMatchObject({ phase: 'Pending', uid: null, labels: { env: 'test' }, mode: 'read-only' })
  expect((await stepsOf('silent')).steps.map(({ status }) => status)).toEqual(Array(6).fill('waiting'))
  const { code, said } = await paste(stdout)
  expect(code, said).toBe(0)
  expect(said).toContain('deployment.apps/moorage-agent created')
  expect((await ok('cluster', 'import-steps', 'silent')).stdout).toMatch(/✓ +manifest fetched.*\n· +agent contacted/)
})

test('the manifest can be had as a file, or through a pipe, and passes the API server', async () => {
  const piped = await ok('cluster', 'import', 'late', '--ttl', '60s', '--manifest', '-')
  const objects = parseAllDocuments(piped.stdout).map(document => document.toJS() as { kind: string })
  expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Namespace', 'ClusterRole', 'Deployment']))
  // What is in the namespace can not be tried while that is not there.
  await kube(['create', 'namespace', 'moorage-system'])
  await kube(['apply', '--server-side', '--dry-run=server', '-f', '-'], piped.stdout)
  await kube(['delete', 'namespace', 'moorage-system'])
  const path = join(dir, 'agent.yaml')
  const { stdout, stderr } = await ok('cluster', 'import', 'late', '--ttl', '60s', '--manifest', path)
  expect(stdout).toBe(`kubectl apply -f ${path}\n`)
  expect(stderr).toContain('it holds a join token')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8').length).toBeGreaterThan(1000)
})

test('an import is JSON for programs', async () => {
  const imported = await json<Imported>('cluster', 'import', 'data', '--mode', 'full', '-n', 'moorage-data')
  expect(imported).toMatchObject({
    adopts: false,
    cluster: { name: 'data', phase: 'Pending' },
    command: expect.stringMatching(/kubectl apply/),
  })
  expect(imported.rights.join(' ')).toContain('objects of every kind')
  // Somebody looks at the manifest, and leaves it at that.
  expect((await hub.fetch(new URL(imported.url ?? '').pathname)).status).toBe(200)
})

const here = ['cluster', 'import', 'wrong'] as const
test.each([
  [[...here, '--apply'], '--apply needs --kubeconfig'],
  [[...here, '--kubeconfig', 'x'], '--kubeconfig is for --apply'],
  [[...here, '--apply', '--kubeconfig', 'x', '--manifest', '-'], 'exclude each other'],
  [[...here, '--apply', '--kubeconfig', '/nowhere/config', '--yes'], 'no kubeconfig at /nowhere/config'],
  [[...here, '--mode', 'root'], 'read-only, full'],
  [[...here, '--provider', 'moon'], 'openshift'],
  [[...here, '--namespace', 'No_Name'], 'agent.namespace'],
  [[...here, '--image', 'a b'], 'not an image reference'],
  [[...here, '--replicas', '3'], '1 to 2'],
  [[...here, '--toleration', 'a=b:Never'], 'is not a taint'],
  [[...here, '--no-proxy', '10.0.0.0/8'], '--no-proxy needs a proxy'],
  [[...here, '--http-proxy', 'ftp://proxy', '--mode', 'full'], 'must be an http or https URL'],
  [[...here, '--ca-bundle', 'CA_OF_NOTHING'], 'holds no certificate'],
  [['cluster', 'import', 'No_Name'], 'name'],
  [['cluster', 'migrate', 'silent'], '--mode'],
  [['cluster', 'reconnect', 'silent'], '--agent'],
] as const)('%j is refused, in words', async (args, words) => {
  const file = join(dir, 'nothing.pem')
  writeFileSync(file, 'nothing')
  const { code, stdout, stderr } = await run(...args.map(arg => (arg === 'CA_OF_NOTHING' ? file : arg)))
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(words)
})

test('without a terminal nothing is applied unasked, and nothing is left behind', async () => {
  const asked = await run('cluster', 'import', 'asked', '--apply', '--kubeconfig', member.kubeconfigPath)
  expect(asked.code).not.toBe(0)
  expect(asked.stderr).toMatch(/confirmed[\s\S]*--yes/)
  const names = await known()
  for (const name of ['asked', 'wrong']) expect(names).not.toContain(name)
})

test('a proxy in read-only mode is refused by the rule, and taken where the hub needs it', async () => {
  const proxied = ['cluster', 'import', 'proxied', '-n', 'moorage-proxied', '--https-proxy', 'http://me:pw@proxy:3128']
  const refused = await run(...proxied)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('In read-only mode an agent takes no proxy settings.')
  expect(refused.stderr).toContain('--proxy-needed-for-hub')
  expect(await known()).not.toContain('proxied')
  const taken = await ok(...proxied, '--proxy-needed-for-hub')
  expect(taken.stderr).toContain('The agent dials the hub through a proxy, as it can not be reached otherwise')
  expect((await ok(...proxied.slice(0, 5), '--https-proxy', 'http://proxy:3128', '--mode', 'full')).stdout).toMatch(
    /^curl/,
  )
})

test('an import that is applied from here shows its steps as they are reached, and ends with the last', async () => {
  const imported = moorage(hub, [
    'cluster',
    'import',
    'live',
    ...['-n', LIVE, '--label', 'env=prod', '--apply', '--kubeconfig', member.kubeconfigPath, '--yes', '--wait'],
  ])
  await isApplied(LIVE)
  agent = await startPod(LIVE, 'live-1')
  const { code, stderr } = await imported
  expect(code, stderr).toBe(0)
  const steps = stderr.split('\n').filter(line => /^[✓✗·] {2}\w/.test(line))
  expect(steps.map(line => line.split(/ {2,}/)[1])).toEqual([
    'manifest fetched',
    'agent contacted the hub',
    'identity registered',
    'API server answers',
    'rights verified',
    'inventory complete',
  ])
  expect(stderr).toContain(`✓ Deployment ${LIVE}/moorage-agent created`)
  expect(await get('live')).toMatchObject({ phase: 'Running', mode: 'read-only', labels: { env: 'prod' } })
})

test('a token that was used, and a cluster that is known, are refused and named', async () => {
  const again = await run('cluster', 'import', 'live')
  expect(again.code).not.toBe(0)
  expect(again.stderr).toContain('Another cluster has the name live.')
  expect(again.stderr).toContain('moorage cluster migrate live')
  // The same member under another name: its owner applied two manifests, and the later one has taken the rights over.
  const { instance } = (await (await hub.fetch('/api/v1/info')).json()) as { instance: string }
  const roles = await kube(['get', 'clusterroles', '-l', `moorage.dev/instance=${instance}`, '-o', 'name'])
  const wide = roles.match(/clusterrole.*\/(moorage-agent-\w+)/)?.[1] ?? ''
  const bind = ['create', 'clusterrolebinding', 'given-back', `--clusterrole=${wide}`]
  await kube([...bind, '--serviceaccount=moorage-silent:moorage-agent'])
  await using _second = await startPod('moorage-silent', 'silent-1')
  await eventually(
    async () => {
      const { stdout } = await ok('cluster', 'import-steps', 'silent')
      expect(stdout).toMatch(/✓ +agent contacted the hub.*\n✗ +identity registered.*already known, as live/)
    },
    { within: 20_000 },
  )
  expect(await get('silent')).toMatchObject({ phase: 'Pending', uid: null })
  const secret = JSON.parse(await kube(['get', 'secret', 'moorage-agent', '-n', LIVE, '-o', 'json']))
  const token = Buffer.from(secret.data['join-token'], 'base64').toString()
  const fetched = await hub.fetch(`/agent/v1/manifest/${token}.yaml`)
  expect(fetched.status).toBe(401)
  expect(await fetched.text()).toMatch(/was used at 20/)
})

test('describe, capabilities and connections show how the cluster is reached and what that allows', async () => {
  const { stdout } = await ok('cluster', 'describe', 'live')
  expect(stdout).toMatch(/Agent:\n +Version: +0\.1\.0\n +Manifest: +read-only mode\n +Namespace: +moorage-live\n/)
  expect(stdout).toMatch(/Key: +[\w-]{43}\n +Tunnels: +live-1 to /)
  const { items } = await json<{ items: Capability[] }>('cluster', 'capabilities', 'live')
  const why = (name: string) => items.find(one => one.name === name)
  expect(why('exec')).toMatchObject({ allowed: false, because: expect.stringContaining('read-only') })
  expect(why('agent-proxy-settings')).toMatchObject({ allowed: false })
  expect(why('delete')).toMatchObject({ allowed: false, because: expect.stringContaining('disconnect') })
  expect(why('prove')).toMatchObject({ allowed: true })
  expect((await ok('cluster', 'connections', 'live')).stdout).toMatch(/opened +Connected +live-1[\s\S]*registered/)
})

test('a proof shows every forbidden thing refused by all three walls, and is signed', async () => {
  const { stdout } = await ok('cluster', 'prove', 'live')
  const rows = stdout.split('\n').filter(line => /refused|PASSED|–/.test(line))
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.filter(row => !/(refused +){2}refused$/.test(row))).toEqual([])
  expect(stdout).toContain('Every wall holds.')
  const report = await json<ProofReport>('cluster', 'prove', 'live')
  const [kept, published] = [join(dir, 'proof.json'), join(dir, 'hub.json')]
  writeFileSync(kept, JSON.stringify(report))
  writeFileSync(published, JSON.stringify(await json('version')))
  const check = ['cluster', 'prove', '--check', kept]
  expect((await ok(...check)).stdout).toContain('The signature is good')
  // Later, without the hub, by the key that it published.
  const alone = () => moorage(null, [...check, '--key', published])
  expect((await alone()).code).toBe(0)
  writeFileSync(kept, JSON.stringify({ ...report, mode: 'full' }))
  expect((await alone()).stderr).toMatch(/was changed since it was signed/)
  expect(report).toMatchObject({ cluster: 'live', mode: 'read-only', holds: true, uid: (await get('live')).uid })
})

test('migrate prints what the owner runs, and --wait ends when the mode is seen', async () => {
  const printed = await ok('cluster', 'migrate', 'live', '--mode', 'full')
  expect(printed.stdout).toBe('moorage cluster migrate live --mode full --manifest - | kubectl apply -f -\n')
  const offered = await json<AgentManifest>('cluster', 'migrate', 'live', '--mode', 'full')
  expect(offered).toMatchObject({ url: null, command: null, manifest: expect.stringContaining('kind: Deployment') })
  expect((await get('live')).mode).toBe('read-only')
  const migrate = (mode: string) =>
    moorage(hub, [
      ...['cluster', 'migrate', 'live', '--mode', mode, '--apply', '--kubeconfig', member.kubeconfigPath],
      ...['--yes', '--wait', '--timeout', '60s'],
    ])
  for (const mode of ['full', 'read-only']) {
    const migrated = migrate(mode)
    await eventually(
      async () => {
        const map = JSON.parse(await kube(['get', 'configmap', 'moorage-agent', '-n', LIVE, '-o', 'json']))
        expect(map.data.mode).toBe(mode)
      },
      { within: 20_000 },
    )
    // A changed ConfigMap is a new pod.
    await agent?.stop()
    agent = await startPod(LIVE, `live-${mode}`)
    const { code, stderr } = await migrated
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(`live is in ${mode} mode.`)
    expect((await get('live')).mode).toBe(mode)
  }
})

test('a cluster moves to its kubeconfig and back to an agent, and stays the one it was', async () => {
  const before = await get('live')
  const events = async () => (await json<{ items: ConnectionEvent[] }>('cluster', 'connections', 'live')).items
  const seen = await events()
  const moved = await ok('cluster', 'reconnect', 'live', '--kubeconfig', member.kubeconfigPath)
  expect(moved.stdout).toContain('live is connected by kubeconfig.')
  await agent?.ended
  const same = { id: before.id, uid: before.uid, labels: { env: 'prod' }, createdAt: before.createdAt }
  expect(await get('live')).toMatchObject({ ...same, connection: 'direct', agent: null })
  await eventually(
    async () =>
      expect((await kube(['get', 'namespaces', '-o', 'name'])).split('\n')).not.toContain(`namespace/${LIVE}`),
    {
      within: 30_000,
    },
  )
  const back = moorage(hub, [
    ...['cluster', 'reconnect', 'live', '--agent', '-n', LIVE, '--apply', '--kubeconfig', member.kubeconfigPath],
    ...['--yes', '--wait'],
  ])
  await isApplied(LIVE)
  agent = await startPod(LIVE, 'live-back')
  const { code, stderr } = await back
  expect(code, stderr).toBe(0)
  await eventually(
    async () =>
      expect(await get('live')).toMatchObject({ ...same, connection: 'agent', phase: 'Running', credential: null }),
    { within: 20_000 },
  )
  expect(await events()).toEqual(expect.arrayContaining(seen))
})

test('an import that nobody went on with says why, with what to do', { timeout: 120_000 }, async () => {
  const text = async (name: string) => (await ok('cluster', 'import-steps', name)).stdout
  // 60 s are the shortest life of a join token.
  await eventually(
    async () =>
      expect(await text('late')).toContain('The join token has expired: import the cluster again under its name'),
    { within: 70_000 },
  )
  await eventually(async () => expect(await text('data')).toContain('The image was not pulled'), { within: 50_000 })
  const { code, stderr } = await run('cluster', 'import-steps', 'data', '--wait', '--timeout', '1s')
  expect(code).not.toBe(0)
  expect(stderr).toContain('The image was not pulled: kubectl -n moorage-data get pods')
  expect(stderr).toContain('Give the hub a --public-url that pods can reach')
  expect(stderr).toMatch(/at the step "contact" after 1 s/)
})

test('an agent with a wrong name or CA of its hub says so in its log, and the import at which step it hangs and why', async () => {
  const said = (name: string) => {
    const log = lost.find(({ pod }) => pod === `${name}-1`)?.logs() ?? []
    return log.find(({ msg }) => msg === 'joining the hub failed')
  }
  const because = (words: RegExp) => ({ step: 'contact', because: expect.stringMatching(words) })
  expect(said('unnamed')).toMatchObject(
    because(/“moorage.nowhere.invalid”, can not be looked up in this pod .*check it, and the DNS.*--public-url/),
  )
  expect(said('mistrusting')).toMatchObject(
    because(/can not be verified. Its certificate comes from “.*The agent trusts “.*--ca-bundle.*manifest again/),
  )
  const logs = (name: string) => `kubectl -n of-${name} logs deployment/moorage-agent says which`
  const cases = [
    ['unnamed', 'can not look moorage.nowhere.invalid up, or not reach it'],
    ['mistrusting', 'ends TLS with a certificate of its own: import with --ca-bundle'],
  ] as const
  for (const [name, cause] of cases) {
    const steps = ['cluster', 'import-steps', name]
    // So long a step may take before anybody wonders.
    await eventually(async () => expect((await moorage(nameless, steps)).stdout).toContain(cause), { within: 60_000 })
    const { code, stderr } = await moorage(nameless, [...steps, '--wait', '--timeout', '1s'])
    expect([code, stderr]).toEqual([9, expect.stringContaining('at the step "contact" after 1 s')])
    const { stdout } = await moorage(nameless, ['cluster', 'describe', name])
    for (const words of [cause, logs(name)]) expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words)
  }
  // The later tests are about the other hub alone.
  await Promise.all(lost.map(each => each.kill()))
  const ours = ['--kubeconfig', member.kubeconfigPath, '--instance', namelessInstance]
  expect((await moorage(null, ['cleanup', ...ours, '--yes'])).code).toBe(0)
})

test('an import that is given up leaves nothing that could still join', async () => {
  const secret = JSON.parse(await kube(['get', 'secret', 'moorage-agent', '-n', 'moorage-silent', '-o', 'json']))
  const token = Buffer.from(secret.data['join-token'], 'base64').toString()
  expect((await hub.fetch(`/agent/v1/manifest/${token}.yaml`)).status).toBe(200)
  const { stdout, stderr } = await ok('cluster', 'disconnect', 'silent', '--yes')
  expect(stderr).toContain('Disconnecting silent, which has not joined, will')
  expect(stdout).toContain('The join token of its import: an agent that comes with it is refused.')
  expect(stdout).toContain('moorage cleanup')
  expect((await hub.fetch(`/agent/v1/manifest/${token}.yaml`)).status).toBe(401)
  await using late = await startPod('moorage-silent', 'silent-2')
  await eventually(() => expect(JSON.stringify(late.logs())).toMatch(/its cluster is gone/), { within: 20_000 })
  expect(await known()).not.toContain('silent')
  await ok('cleanup', '--kubeconfig', member.kubeconfigPath, '--dry-run')
})

test('a disconnect shows what goes, and its receipt names every object with its UID', async () => {
  const receipt = await json<Receipt>('cluster', 'disconnect', 'live', '--yes')
  expect(receipt).toMatchObject({ name: 'live', forced: false, owed: [] })
  // Of the agent that it had first, and of the one that came back.
  expect(receipt.removed).toHaveLength(18)
  expect(receipt.removed.filter(({ uid }) => !/^[\da-f-]{36}$/.test(uid))).toEqual([])
  // What the import that was given up has left is in nobody's way.
  expect(receipt.kept.join()).toMatch(/Namespace moorage-silent: another import.*moorage cleanup removes it/)
  await agent?.ended
  expect((await ok('cluster', 'receipts')).stdout).toMatch(/live/)
})

test('the audit log says who did all of this, and what was refused', async () => {
  const { items } = await json<{ items: AuditLine[] }>('audit', '--limit', '0')
  const by = (action: string) => items.filter(line => line.action === `clusters.${action}`)
  const went = ({ status, allowed }: AuditLine) => allowed && status !== null && status < 300
  for (const action of ['import', 'prove', 'migrate', 'reconnectByAgent', 'replaceKubeconfig', 'disconnect'])
    expect(by(action).some(went), action).toBe(true)
  expect(by('import').some(({ status }) => status !== null && status >= 400)).toBe(true)
  expect(items.find(({ action }) => action === 'agents.register')?.actor.name).not.toBe('')
  expect([...new Set(by('prove').map(({ actor }) => actor.name))]).toEqual(['first admin'])
  // The password of a proxy is in none of them.
  expect(JSON.stringify(items)).not.toContain('me:pw')
})
