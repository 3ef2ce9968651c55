import { mkdtempSync, rmSync } from 'node:fs'
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

const cli = (args: string[], input?: string) =>
  runCli(args, { home, cwd: home, env: hub.env, ...(input !== undefined && { input }) })

const access = `
kind: Binding
name: readers
role: log-reader
subjects: [{ kind: group, name: team }]
scope: { kind: project, project: pay }
---
kind: Project
name: pay
description: Money
---
kind: Role
name: log-reader
kubernetes: [{ apiGroups: [''], resources: [pods, pods/log], verbs: [get, list] }]
---
kind: Group
name: team
members: [bob, ada]
---
kind: ServiceAccount
name: ci
description: Deploys
---
kind: User
name: ada
displayName: Ada Lovelace
`

test('who may do what is applied from a file, compared with it, and exported to another one', async () => {
  expect((await cli(['diff', '-f', '-'], access)).out).toMatch(
    /^User ada: new\nServiceAccount ci: new\nGroup team: new\nProject pay: new\nRole log-reader: new\nBinding readers: new\n$/,
  )
  expect(await cli(['diff', '-f', '-', '--exit-code'], access)).toMatchObject({ code: 1, err: '' })
  expect((await cli(['export'])).out).not.toContain('log-reader')
  expect(await cli(['apply', '-f', '-'], access)).toMatchObject({ code: 0 })
  expect((await cli(['diff', '-f', '-'], access)).out).toBe(
    'User ada: same\nServiceAccount ci: same\nGroup team: same\nProject pay: same\nRole log-reader: same\nBinding readers: same\n',
  )
  expect((await cli(['diff', '-f', '-', '--exit-code'], access)).code).toBe(0)
  const { out: exported } = await cli(['export'])
  expect((await cli(['diff', '-f', '-'], exported)).out).not.toMatch(/new|changed/)
  const changed = exported.replace('Money', 'More money')
  expect((await cli(['apply', '-f', '-'], changed)).out).toContain('Project pay: changed (description)')
  const wrong = await cli(['apply', '-f', '-'], access.replace('role: log-reader', 'role: nobody'))
  expect(wrong).toMatchObject({ code: expect.any(Number) })
  expect(wrong.code).not.toBe(0)
  expect(wrong.err).toContain('There is no role nobody.')
})

test('a question about a cluster that is not there says so', async () => {
  const asked = await cli([
    'access',
    'explain',
    '--cluster',
    'nowhere',
    'get',
    'deployments.apps/scale',
    'web',
    '-n',
    'shop',
  ])
  expect(asked.code).not.toBe(0)
  expect(asked.err).toContain('No cluster has the name or id "nowhere".')
})
