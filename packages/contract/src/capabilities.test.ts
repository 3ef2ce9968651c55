import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CapabilitySubject, capabilitiesOf, capabilityOf } from './capabilities.ts'
import { betterThanElsewhere, capabilityMatrix } from './capability-matrix.ts'
import { CapabilityName, ConnectionKind, Mode, Origin, Phase } from './cluster.ts'

const subject: fc.Arbitrary<CapabilitySubject> = fc.record({
  connection: fc.constantFrom(...ConnectionKind.options),
  origin: fc.constantFrom(...Origin.options),
  mode: fc.constantFrom(...Mode.options),
  phase: fc.constantFrom(...Phase.options),
  provider: fc.option(fc.constantFrom('aws', 'azure', 'google', 'vmware', 'openshift', 'eks-anywhere', 'generic')),
  metrics: fc.option(fc.boolean()),
  joined: fc.boolean(),
  hybridNodes: fc.option(fc.boolean()),
})
const everything = (s: CapabilitySubject) => Object.fromEntries(capabilitiesOf(s).map(c => [c.name, c.allowed]))
const connected: CapabilitySubject = {
  connection: 'direct',
  origin: 'connected',
  mode: 'read-only',
  phase: 'Running',
  provider: null,
  metrics: true,
  joined: true,
  hybridNodes: null,
}

describe('capabilities', () => {
  test('a connected, running, read-only cluster can be viewed, reached and let go', () => {
    expect(
      Object.entries(everything(connected))
        .filter(([, allowed]) => allowed)
        .map(([name]) => name),
    ).toEqual([
      'view',
      'metrics',
      'search',
      'events',
      'relabel',
      'replace-kubeconfig',
      'disconnect',
      'kubectl',
      'change-mode',
      'reconnect',
    ])
  })

  test('every question has one answer, with a sentence', () => {
    fc.assert(
      fc.property(subject, s => {
        const all = capabilitiesOf(s)
        expect(all.map(c => c.name)).toEqual(CapabilityName.options)
        for (const c of all) expect(c.because).toMatch(/^[A-Z].*\.$/)
      }),
    )
  })

  test('each list of rules ends with one that always applies, and has none behind it', () => {
    for (const rules of Object.values(capabilityMatrix)) {
      expect(rules.findIndex(rule => rule.when === undefined)).toBe(rules.length - 1)
    }
  })

  test('imported and connected clusters can never be deleted', () => {
    fc.assert(
      fc.property(subject, s => {
        if (s.origin === 'imported' || s.origin === 'connected') {
          expect(capabilityOf('delete', s)).toMatchObject({
            allowed: false,
            because: expect.stringMatching(/disconnect/),
          })
        }
      }),
    )
  })

  test('read-only allows nothing that writes to the member, and never more than full', () => {
    const writes = ['exec', 'edit-objects', 'add-ons', 'backups', 'scans', 'upgrade', 'node-pools'] as const
    fc.assert(
      fc.property(subject, s => {
        for (const name of writes) expect(capabilityOf(name, { ...s, mode: 'read-only' }).allowed).toBe(false)
        const full = everything({ ...s, mode: 'full' })
        for (const [name, allowed] of Object.entries(everything({ ...s, mode: 'read-only' }))) {
          if (allowed) expect(full[name]).toBe(true)
        }
      }),
    )
  })

  test('a connected cluster is never edited, in either mode', () => {
    for (const mode of Mode.options) {
      expect(capabilityOf('upgrade', { ...connected, mode })).toMatchObject({
        allowed: false,
        because: expect.stringMatching(/viewed/),
      })
      expect(capabilityOf('node-pools', { ...connected, mode })).toMatchObject({
        allowed: false,
        because: expect.stringMatching(/viewed/),
      })
    }
  })

  test('a cluster without metrics-server says so', () => {
    expect(capabilityOf('metrics', { ...connected, metrics: false })).toMatchObject({
      allowed: false,
      because: expect.stringMatching(/no metrics-server/),
    })
  })

  test('what was seen stays visible when the cluster falls silent, and it can be let go', () => {
    const silent = everything({ ...connected, phase: 'Unreachable' })
    expect(silent).toMatchObject({ view: true, search: true, 'replace-kubeconfig': true, disconnect: true })
  })

  test('people reach a cluster that answers, and change it where its mode is full', () => {
    const reaches = ['kubectl', 'exec', 'edit-objects'] as const
    const answers = (more: Partial<CapabilitySubject>) =>
      reaches.map(name => capabilityOf(name, { ...connected, ...more }).allowed)
    expect(answers({ mode: 'full' })).toEqual([true, true, true])
    expect(answers({ mode: 'read-only' })).toEqual([true, false, false])
    for (const more of [{ phase: 'Unreachable' }, { phase: 'Deleting' }, { joined: false }] as const) {
      expect(answers({ mode: 'full', ...more })).toEqual([false, false, false])
    }
    expect(capabilityOf('download-kubeconfig', connected).because).toContain('"moorage kubeconfig"')
  })

  test('a disconnect under way can be forced, and nothing else can be started', () => {
    const leaving = everything({ ...connected, phase: 'Disconnecting' })
    expect(leaving).toMatchObject({ disconnect: true, relabel: false, 'replace-kubeconfig': false })
  })

  describe('of clusters that were imported by agent', () => {
    const imported: CapabilitySubject = { ...connected, connection: 'agent', origin: 'imported' }
    const reason = (name: CapabilityName, more: Partial<CapabilitySubject> = {}) =>
      capabilityOf(name, { ...imported, ...more })

    test.each([
      ['full profiles are never used', 'full-profiles', {}, /profile/],
      ['their kubeconfig is not given out', 'download-kubeconfig', {}, /where the cluster runs/],
      ['read-only takes no proxy settings', 'agent-proxy-settings', {}, /raise the mode/],
      ['node pools of a cloud are its provider’s', 'node-pools', { mode: 'full', provider: 'aws' }, /at its provider/],
      [
        'node pools of a generic cluster are unknown',
        'node-pools',
        { mode: 'full', provider: 'generic' },
        /generic cluster/,
      ],
      ['node pools of who knows what are unknown', 'node-pools', { mode: 'full', provider: null }, /generic cluster/],
      ['they are upgraded where they run', 'upgrade', { mode: 'full', provider: 'google' }, /where it runs/],
      ['they are never deleted', 'delete', { mode: 'full' }, /disconnect/],
      ['read-only allows no day-2 work', 'add-ons', {}, /read-only/],
    ] as const)('%s', (_what, name, more, because) => {
      expect(reason(name, more)).toMatchObject({ allowed: false, because: expect.stringMatching(because) })
    })

    test('the mode and the connection can be changed, and the walls tried', () => {
      for (const name of ['change-mode', 'reconnect', 'prove', 'replace-kubeconfig'] as const) {
        expect(reason(name).allowed, name).toBe(true)
      }
      expect(reason('agent-proxy-settings', { mode: 'full' }).allowed).toBe(true)
      expect(reason('prove', { phase: 'Unreachable' }).allowed).toBe(false)
    })

    test('before its agent has joined there is nothing to prove, to migrate or to compare a kubeconfig with', () => {
      for (const name of ['change-mode', 'prove', 'replace-kubeconfig'] as const) {
        const awaited = reason(name, { joined: false, phase: 'Pending' })
        expect(awaited).toMatchObject({ allowed: false, because: expect.stringMatching(/has not joined yet/) })
      }
      expect(reason('disconnect', { joined: false, phase: 'Pending' }).allowed).toBe(true)
    })

    test.each(['node-pools', 'full-profiles'] as const)('%s of EKS Hybrid nodes are not refused for good', name => {
      const more = { mode: 'full', provider: 'aws' } as const
      expect(reason(name, { ...more, hybridNodes: true }).because).toMatch(/EKS Hybrid nodes.*yet\.$/)
      expect(reason(name, { ...more, hybridNodes: false }).because).not.toMatch(/Hybrid/)
    })

    test('what goes beyond others is said, allowed or not', () => {
      for (const [name, better] of Object.entries(betterThanElsewhere)) {
        expect(reason(name as CapabilityName).better).toBe(better)
        expect(better).toMatch(/^[A-Z].*\.$/)
      }
    })
  })
})
