import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { sources } from './sources.ts'

/**
 * Who may import whom. `area` is matched by longest prefix; what it may import
 * is itself, outside packages and the listed areas. Each rule has its reason:
 * when one is in the way, change the structure or argue with the reason.
 */
const rules: { area: string; may: string[]; why: string }[] = [
  { area: 'packages/contract', may: [], why: 'the contract loads in a browser and knows nobody' },
  {
    area: 'packages/client',
    may: ['packages/contract'],
    why: 'outsiders use the client; it carries no server code along',
  },
  { area: 'packages/kube', may: [], why: 'Kubernetes without us: no cluster ids, no tables, no contract' },
  { area: 'packages/projector', may: ['packages/kube'], why: 'it runs in the agent too, where there is no hub' },
  { area: 'packages/tunnel', may: [], why: 'a pool of reversed connections knows nothing of Kubernetes or clusters' },
  {
    area: 'packages/removal',
    may: ['packages/kube'],
    why: 'taking objects out of a cluster is the same from the agent, the hub and outside; it knows none of them',
  },
  { area: 'testkit', may: [], why: 'the testbed stands alone, so a bug in the product can not hide in it' },
  {
    area: 'deploy',
    may: ['testkit'],
    why: 'images are packed from the built product; the one writer of archives is the testkit’s',
  },
  { area: 'demo', may: ['packages/client', 'packages/contract', 'testkit'], why: 'the demo shows what a user gets' },
  {
    area: 'bench',
    may: ['packages/client', 'packages/contract', 'packages/kube', 'packages/projector', 'packages/tunnel', 'testkit'],
    why: 'a benchmark sees the hub as its users do, and the projector and the tunnel by themselves as well',
  },
  {
    area: 'tests',
    may: ['packages/client', 'packages/contract', 'testkit'],
    why: 'a story sees the product as its users do',
  },
  {
    area: 'apps/console',
    may: ['packages/client', 'packages/contract'],
    why: 'the console is a client like any other',
  },
  {
    area: 'apps/agent',
    may: ['packages/contract', 'packages/kube', 'packages/projector', 'packages/removal', 'packages/tunnel'],
    why: 'the agent runs in somebody’s cluster: it carries no line of the hub along',
  },
  {
    area: 'apps/cli',
    may: ['packages/client', 'packages/contract', 'packages/kube', 'packages/removal', 'apps/hub'],
    why: 'the command line is a client; `server`, `backup` and `restore` start the hub’s own entry',
  },
  {
    area: 'apps/hub/src/store',
    may: ['packages/contract', 'packages/projector', 'apps/hub/src/errors.ts', 'apps/hub/src/said.ts'],
    why: 'the store is below everything and only stores',
  },
  { area: 'apps/hub/src/config', may: ['packages/contract'], why: 'configuration is decided before anything is built' },
  { area: 'apps/hub/src/pki', may: [], why: 'certificates know nothing of the hub' },
  {
    area: 'apps/hub/src/work',
    may: ['packages/contract', 'apps/hub/src/store'],
    why: 'leases and the change bus carry work, they do not know it',
  },
  {
    area: 'apps/hub/src/tunnels',
    may: [
      'packages/contract',
      'packages/kube',
      'packages/tunnel',
      // What comes over them while an agent removes itself.
      'packages/removal/progress.ts',
      'apps/hub/src/store',
      'apps/hub/src/errors.ts',
      'apps/hub/src/said.ts',
    ],
    why: 'tunnels carry bytes between an agent and whoever asks, and know nothing of phases',
  },
  {
    area: 'apps/hub/src/connections',
    may: [
      'packages/contract',
      'packages/kube',
      'packages/projector',
      'apps/hub/src/store',
      'apps/hub/src/tunnels',
      'apps/hub/src/errors.ts',
    ],
    why: 'connections give transports and know nothing of phases',
  },
  {
    area: 'apps/hub/src/inventory',
    may: [
      'packages/contract',
      'packages/kube',
      'packages/projector',
      'apps/hub/src/store',
      'apps/hub/src/work',
      'apps/hub/src/errors.ts',
    ],
    why: 'the inventory is left of the domain',
  },
  {
    area: 'apps/hub/src/access',
    may: [
      'packages/contract',
      'apps/hub/src/store',
      'apps/hub/src/errors.ts',
      // Ranges of addresses are read in one way.
      'apps/hub/src/connections/addresses.ts',
    ],
    why: 'access decides purely about who may what',
  },
  {
    area: 'apps/hub/src/audit',
    may: ['packages/contract', 'apps/hub/src/store', 'apps/hub/src/connections', 'apps/hub/src/errors.ts'],
    why: 'the audit is told, it does not ask; its key is sealed as all are',
  },
  {
    area: 'apps/hub/src/bodies',
    may: ['packages/contract', 'apps/hub/src/store', 'apps/hub/src/connections'],
    why: 'a body is masked before anything is kept of it, and nobody else sees it as it was',
  },
  {
    area: 'apps/hub/src/forwards',
    may: [
      'packages/contract',
      'apps/hub/src/store',
      'apps/hub/src/work',
      'apps/hub/src/connections',
      'apps/hub/src/audit',
      'apps/hub/src/errors.ts',
    ],
    why: 'lines go out as they are in the log; whoever wrote them does not wait for it',
  },
  {
    area: 'apps/hub/src/recordings',
    may: ['packages/contract', 'apps/hub/src/store', 'apps/hub/src/connections', 'apps/hub/src/errors.ts'],
    why: 'a recording sees bytes that pass, and knows nothing of who lets them through',
  },
  {
    area: 'apps/hub/src/clusters',
    may: [
      'packages/contract',
      'packages/kube',
      'packages/projector',
      'packages/removal',
      'apps/hub/src/store',
      'apps/hub/src/work',
      'apps/hub/src/connections',
      'apps/hub/src/inventory',
      'apps/hub/src/errors.ts',
    ],
    why: 'the domain is right of connections and inventory, left of the api',
  },
  {
    area: 'apps/hub/src/agents',
    may: [
      'packages/contract',
      'packages/kube',
      'packages/removal',
      'apps/hub/src/pki',
      'apps/hub/src/store',
      'apps/hub/src/work',
      'apps/hub/src/tunnels',
      'apps/hub/src/connections',
      'apps/hub/src/clusters',
      'apps/hub/src/errors.ts',
      'apps/hub/src/said.ts',
    ],
    why: 'imports, manifests and the agents’ own calls are domain: right of clusters, left of the api',
  },
  {
    area: 'apps/hub/src/observability',
    may: ['packages/contract', 'apps/hub/src/store'],
    why: 'measuring must not change what it measures',
  },
  {
    area: 'apps/hub/src/kubeproxy',
    may: [
      'packages/contract',
      'packages/kube',
      'packages/tunnel',
      'apps/hub/src/store',
      'apps/hub/src/access',
      'apps/hub/src/audit',
      'apps/hub/src/bodies',
      'apps/hub/src/recordings',
      'apps/hub/src/connections',
      'apps/hub/src/observability',
      'apps/hub/src/errors.ts',
    ],
    why: 'what passes to a member is parsed, decided and audited here, and knows nothing of phases',
  },
  {
    area: 'apps/hub/src/terminals',
    may: [
      'packages/contract',
      'apps/hub/src/pki',
      'apps/hub/src/recordings',
      'apps/hub/src/access',
      'apps/hub/src/errors.ts',
    ],
    why: 'the prompt reads lines and runs kubectl; what kubectl may do is decided where its requests arrive',
  },
  {
    area: 'apps/hub/src/api',
    may: [
      'packages/contract',
      'apps/hub/src/store',
      'apps/hub/src/work',
      'apps/hub/src/clusters',
      'apps/hub/src/agents',
      'apps/hub/src/inventory',
      'apps/hub/src/kubeproxy',
      'apps/hub/src/access',
      'apps/hub/src/audit',
      'apps/hub/src/bodies',
      'apps/hub/src/forwards',
      'apps/hub/src/recordings',
      'apps/hub/src/terminals',
      'apps/hub/src/observability',
      'apps/hub/src/errors.ts',
    ],
    why: 'the api is thin: it never dials a member itself',
  },
  {
    area: 'apps/hub/src',
    may: [
      'packages/contract',
      'packages/kube',
      'packages/projector',
      'packages/tunnel',
      'apps/hub/src',
      'apps/hub/package.json',
    ],
    why: 'the root builds everything',
  },
]

/** Tests may also use the testkit, and the parts that stand below the tested one as a whole. */
const inTestsToo = ['testkit', 'packages', 'apps/hub/src']

const packageFolders: Record<string, string> = {
  '@moorage/contract': 'packages/contract',
  '@moorage/client': 'packages/client',
  '@moorage/kube': 'packages/kube',
  '@moorage/projector': 'packages/projector',
  '@moorage/removal': 'packages/removal',
  '@moorage/tunnel': 'packages/tunnel',
  '@moorage/agent': 'apps/agent',
  '@moorage/testkit': 'testkit',
  '@moorage/hub': 'apps/hub/src',
  '@moorage/cli': 'apps/cli',
}

const isTest = (file: string) => /\.test\.tsx?$|(^|\/)test\/|fixtures?\//.test(file)
const areaOf = (file: string) =>
  rules
    .filter(rule => file === rule.area || file.startsWith(`${rule.area}/`))
    .sort((a, b) => b.area.length - a.area.length)[0]

function targets(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(match => match[1] as string)
  return found.flatMap(specifier => {
    if (specifier.startsWith('.')) return [relative('.', join(dirname(file), specifier))]
    const name = Object.keys(packageFolders).find(known => specifier === known || specifier.startsWith(`${known}/`))
    return name ? [`${packageFolders[name]}${specifier.slice(name.length)}`] : []
  })
}

const within = (target: string, area: string) => target === area || target.startsWith(`${area}/`)

test('every source file belongs to an area with a rule', () => {
  expect(sources().filter(file => file.includes('/') && !areaOf(file))).toEqual([])
})

test('imports go one way', () => {
  const broken = sources().flatMap(file => {
    const rule = areaOf(file)
    if (!rule) return []
    const allowed = [rule.area, ...rule.may, ...(isTest(file) ? inTestsToo : [])]
    return targets(file)
      .filter(target => !allowed.some(area => within(target, area)))
      .map(target => `${file} imports ${target}, but ${rule.why}`)
  })
  expect(broken).toEqual([])
})

test('no file only passes others on', () => {
  const barrels = sources().filter(file => {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line.trim() !== '' && !line.startsWith('//'))
    return lines.length > 0 && lines.every(line => /^export (\*|\{[^}]*\}|type \{[^}]*\}) .*from /.test(line))
  })
  expect(barrels).toEqual([])
})
