import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { program } from '@moorage/testkit/binaries.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { manifests } from './fixtures/manifests.ts'
import { agentManifest, type ManifestInput } from './manifest.ts'
import type { ManifestObject } from './manifest-object.ts'

const run = promisify(execFile)
const CHART = join(import.meta.dirname, '../../../../deploy/agent-chart')

let helm: string
let dir: string
beforeAll(async () => {
  helm = await program('helm', { log: line => console.error(line) })
  dir = await mkdtemp(join(tmpdir(), 'moorage-chart-'))
}, 900_000)
afterAll(() => rm(dir, { recursive: true, force: true }))

/** The values that say the same as what the hub makes its manifest from. */
const valuesOf = ({ hub, mode, options, joinToken, provider }: ManifestInput) => ({
  hub: { url: hub.url, instance: hub.instance, ca: hub.caPem ?? '' },
  mode,
  joinToken: joinToken ?? '',
  image: options.image ?? '',
  imagePullSecret: options.imagePullSecret ?? '',
  replicas: options.replicas,
  tolerations: options.tolerations,
  proxy: { http: options.proxy?.http ?? '', https: options.proxy?.https ?? '', noProxy: options.proxy?.no ?? '' },
  proxyNeededForHub: options.proxyNeededForHub,
  caBundle: options.caBundle ?? '',
  openshift: provider === 'openshift',
  createNamespace: !options.existingNamespace,
})

async function render(values: object, namespace: string): Promise<string> {
  const file = join(dir, 'values.yaml')
  await writeFile(file, stringify(values))
  const { stdout } = await run(helm, [
    'template',
    'agent',
    CHART,
    '--namespace',
    namespace,
    '--values',
    file,
    '--kube-version',
    'v1.36.0',
  ])
  return stdout
}

/** The checksum is over the same, written down in another way. */
function withoutChecksum(object: ManifestObject): object {
  const text = JSON.stringify(object)
  return JSON.parse(text.replace(/("moorage\.dev\/configuration":)"[0-9a-f]{64}"/, '$1"…"'))
}
const byKind = (a: { kind: string }, b: { kind: string }) => (a.kind < b.kind ? -1 : 1)

describe('the chart', () => {
  test.each(Object.entries(manifests))('renders the same objects as the manifest %s', async (_name, input) => {
    const text = await render(valuesOf(input), input.options.namespace)
    const rendered = parseAllDocuments(text)
      .map(document => document.toJS() as ManifestObject | null)
      .filter(object => object !== null)
    const expected = agentManifest(input)
    expect(rendered.sort(byKind).map(withoutChecksum)).toEqual(expected.sort(byKind).map(withoutChecksum))
    expect(text).toMatch(/moorage\.dev\/configuration: [0-9a-f]{64}/)
  })

  test('refuses a proxy in read-only mode, as the hub does', async () => {
    const input = manifests['read-only']!
    const values = { ...valuesOf(input), proxy: { https: 'http://proxy.example.com', http: '', noProxy: '' } }
    await expect(render(values, 'x')).rejects.toMatchObject({
      stderr: expect.stringMatching(/takes no proxy settings/),
    })
  })

  test('refuses values that it does not know or that lack the hub', async () => {
    const values = valuesOf(manifests['read-only']!)
    const unknown = { stderr: expect.stringMatching(/'mod' not allowed/) }
    await expect(render({ ...values, mod: 'full' }, 'x')).rejects.toMatchObject(unknown)
    const lacking = { stderr: expect.stringMatching(/\/hub\/url/) }
    await expect(render({ ...values, hub: { url: '', instance: '', ca: '' } }, 'x')).rejects.toMatchObject(lacking)
  })

  test('is of the hub’s version', async () => {
    const chart = parse(await readFile(join(CHART, 'Chart.yaml'), 'utf8'))
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'))
    expect([chart.version, chart.appVersion]).toEqual([version, version])
  })
})
