import { join } from 'node:path'
import { clientProgram } from '@moorage/testkit/client-programs.ts'
import { expect } from 'vitest'
import { runClient, type Stage } from './stage.ts'

/** What a check found out; `error` where it failed. */
export type Found = Record<string, unknown> & { check: string }

/** Runs checks of the program that is built on client-go. */
export async function clientGo(
  stage: Stage,
  kubeconfig: string,
  checks: readonly string[],
  where: { namespace: string; pod?: string; env?: Record<string, string> },
): Promise<Record<string, Found>> {
  const { namespace, pod, env } = where
  const args = ['--kubeconfig', kubeconfig, '--namespace', namespace, '--dir', join(stage.dir, namespace)]
  const given = [...args, ...(pod === undefined ? [] : ['--pod', pod]), ...checks]
  const { stdout, stderr } = await runClient(stage, await clientProgram('client-go'), given, { ...(env && { env }) })
  const found = stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Found)
  expect(
    found.map(({ check, error }) => [check, error]),
    stderr,
  ).toEqual(checks.map(check => [check, undefined]))
  return Object.fromEntries(found.map(each => [each.check, each]))
}
