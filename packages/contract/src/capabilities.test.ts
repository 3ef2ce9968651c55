import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CapabilitySubject, capabilitiesOf, capabilityMatrix, capabilityOf } from './capabilities.ts'
import { CapabilityName, ConnectionKind, Mode, Origin, Phase } from './cluster.ts'

const subject: fc.Arbitrary<CapabilitySubject> = fc.record({
  connection: fc.constantFrom(...ConnectionKind.options),
  origin: fc.constantFrom(...Origin.options),
  mode: fc.constantFrom(...Mode.options),
  phase: fc.constantFrom(...Phase.options),
  metrics: fc.option(fc.boolean()),
})
const everything = (s: CapabilitySubject) => Object.fromEntries(capabilitiesOf(s).map(c => [c.name, c.allowed]))
const connected: CapabilitySubject = {
  connection: 'direct',
  origin: 'connected',
  mode: 'read-only',
  phase: 'Running',
  metrics: true,
}

describe('capabilities', () => {
  test('a connected, running, read-only cluster can be viewed and let go', () => {
    expect(
      Object.entries(everything(connected))
        .filter(([, allowed]) => allowed)
        .map(([name]) => name),
    ).toEqual(['view', 'metrics', 'search', 'events', 'relabel', 'replace-kubeconfig', 'disconnect'])
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

  test('a disconnect under way can be forced, and nothing else can be started', () => {
    const leaving = everything({ ...connected, phase: 'Disconnecting' })
    expect(leaving).toMatchObject({ disconnect: true, relabel: false, 'replace-kubeconfig': false })
  })
})
