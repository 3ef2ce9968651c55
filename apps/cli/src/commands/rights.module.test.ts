import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

let hub: TestHub
const home = mkdtempSync(join(tmpdir(), 'moorage-home-'))
beforeAll(async () => {
  hub = await testHub()
})
afterAll(async () => {
  rmSync(home, { recursive: true, force: true })
  await hub?.[Symbol.asyncDispose]()
})

const cli = async (line: string) => runCli(line.split(' '), { home, cwd: home, env: hub.env })
const ok = async (line: string) => {
  const { code, out, err } = await cli(line)
  expect(code, `${line}: ${err}`).toBe(0)
  return out
}

test('groups get members and lose them', async () => {
  expect(await ok('group create ops --member ada')).toContain('Made group ops with 1 members.')
  expect(await cli('group create ops')).toMatchObject({ code: 5 })
  expect(await ok('group add ops grace ada')).toContain('ada, grace')
  expect(await ok('group remove ops ada')).toBe('Group ops has grace now.\n')
  expect(JSON.parse(await ok('group get ops -o json'))).toMatchObject({ name: 'ops', members: ['grace'] })
  expect(await ok('group list')).toMatch(/ops +grace/)
  expect(await cli('group add nobody ada')).toMatchObject({ code: 3, err: expect.stringContaining('no group nobody') })
})

test('roles are shown with their rules, and built-in ones stay', async () => {
  expect(await ok('role list -o name')).toContain('namespace-admin')
  expect(JSON.parse(await ok('role get namespace-read-only -o json')).kubernetes.length).toBeGreaterThan(0)
  expect((await cli('role delete namespace-admin --yes')).code).toBe(4)
})

test('a binding says who, what, where and how long', async () => {
  const said = await ok('binding create help --role cluster-admin --user ada --labels env=prod --for 2h --reason INC-7')
  expect(said).toMatch(/^user\/ada has role cluster-admin in clusters env=prod until 20/)
  expect(await cli('binding create help --role cluster-admin --user ada --labels env=prod')).toMatchObject({ code: 5 })
  expect(await cli('binding create other --role cluster-admin --user ada')).toMatchObject({ code: 2 })
  expect(await cli('binding create other --role cluster-admin --organisation')).toMatchObject({ code: 2 })
  const many = await cli(
    'binding create other --role cluster-admin --user ada --cluster alpha -n a-* --create-namespaces',
  )
  expect(many).toMatchObject({ code: 2, err: expect.stringContaining('stands for many') })
  expect(await ok('binding list --subject ada')).toMatch(/help +cluster-admin +user\/ada +clusters env=prod/)
  expect(await ok('binding delete help --yes')).toBe('Deleted binding help.\n')
})

test('whoever takes a cluster out of a project sees who loses what, first', async () => {
  await ok('cluster import alpha --mode full')
  expect(await ok('project create pay --cluster alpha --label team=pay')).toContain('Made project pay with alpha.')
  await ok('binding create pays --role project-admin --group ops --project pay')
  const seen = await ok('project remove pay alpha --preview')
  expect(seen).toContain('- pays: project-admin for group/ops')
  expect(seen).toContain('No right at all in alpha is left to group/ops.')
  expect(JSON.parse(await ok('project remove pay alpha --preview -o json')).bindings).toHaveLength(1)
  expect((await cli('project remove pay alpha')).code, 'nobody can be asked here').toBe(8)
  expect(await ok('project list')).toMatch(/pay +alpha/)
  expect(await ok('project remove pay alpha --yes')).toBe('Took alpha out of project pay.\n')
  expect(await ok('project add pay alpha')).toContain('has alpha now')
  expect((await cli('project delete pay --yes')).err).toContain('bindings are for it')
  await ok('binding delete pays --yes')
  await ok('project delete pay --yes')
})

test('limits are shown, changed one by one, kept in files, and left out of kubeconfigs', async () => {
  expect(await ok('cluster limit alpha')).toBe('Cluster alpha has no limits.\n')
  const hours = ['Mon-Fri 08:00-18:00 Europe/Berlin', 'Sat 10:00-12:00 UTC']
  const line = ['cluster', 'limit', 'alpha', '--no-cli', '--from', '10.0.0.0/8', '-o', 'json']
  const given = await runCli([...line, ...hours.flatMap(each => ['--hours', each])], { home, cwd: home, env: hub.env })
  expect(given.err).toBe('')
  const rest = { kind: 'cluster', name: 'alpha', noWebTerminal: false, from: ['10.0.0.0/8'] }
  expect(JSON.parse(given.out)).toMatchObject({ ...rest, noCli: true, hours })
  expect(JSON.parse(await ok('cluster limit alpha --allow-cli -o json'))).toMatchObject({
    ...rest,
    noCli: false,
    hours,
  })
  expect(await ok('cluster limit alpha')).toMatch(/Hours: +Mon-Fri 08:00-18:00 Europe\/Berlin\n +Sat 10:00-12:00 UTC\n/)
  expect(await cli('cluster limit nowhere')).toMatchObject({ code: 3 })
  expect(await cli('cluster limit alpha --no-cli --allow-cli')).toMatchObject({ code: 2 })
  expect(await cli('cluster limit alpha --hours never')).toMatchObject({
    code: 2,
    err: expect.stringContaining('time zone'),
  })
  expect(await cli('cluster limit alpha --from 10.0.0.1/8')).toMatchObject({
    code: 2,
    err: expect.stringContaining('the range is 10.0.0.0/8'),
  })
  expect(await cli('user limit nobody --no-web-terminal')).toMatchObject({
    code: 0,
    err: expect.stringContaining('no user nobody'),
  })
  const file = join(home, 'limits.yaml')
  writeFileSync(file, await ok('export'))
  expect(await ok(`diff -f ${file} --exit-code`)).toMatch(/Limits cluster\/alpha: same\nLimits user\/nobody: same/)
  writeFileSync(file, 'kind: Limits\nname: user/nobody\n---\nkind: Limits\nname: cluster/alpha\nnoCli: true\n')
  expect(await ok(`apply -f ${file}`)).toBe(
    'Limits user/nobody: changed (noWebTerminal)\nLimits cluster/alpha: changed (from, hours, noCli)\n',
  )
  expect(await ok(`diff -f ${file} --exit-code`)).toContain('Limits user/nobody: same')
  await ok('service-account create ci')
  await ok('binding create ci --role organisation-read-only --service-account ci --organisation')
  const token = JSON.parse(await ok('token create ci --service-account ci -o json')).token
  const asCi = (...args: string[]) => runCli(args, { home, cwd: home, env: { ...hub.env, MOORAGE_TOKEN: token } })
  const shut = await asCi('kubeconfig', '--cluster', 'alpha')
  expect(shut).toMatchObject({ code: 4, err: expect.stringContaining('Cluster alpha may not be reached by kubectl') })
  await ok('cluster limit alpha --allow-cli')
  await ok('service-account limit ci --no-cli')
  expect((await asCi('kubeconfig')).err).toContain('service-account ci may not reach clusters by kubectl')
  await ok('service-account limit ci --allow-cli')
  expect((await asCi('kubeconfig')).out).toContain('/k8s/alpha')
})
