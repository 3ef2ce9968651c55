import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testDeps, testPlace } from '../fixtures/stores.ts'
import { openStore } from '../open.ts'

const WRITER = fileURLToPath(new URL('../fixtures/writer.ts', import.meta.url))
const ROUNDS = 6

/** Starts a writer and collects what it says, line by line. */
function startWriter(
  dir: string,
  mode?: string,
): { child: ChildProcess; lines: string[]; said: (pattern: RegExp) => Promise<string> } {
  const child = spawn(process.execPath, [WRITER, dir, ...(mode ? [mode] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const waiting: { pattern: RegExp; resolve: (line: string) => void }[] = []
  createInterface(child.stdout!).on('line', line => {
    lines.push(line)
    for (const { pattern, resolve } of waiting) if (pattern.test(line)) resolve(line)
  })
  const said = (pattern: RegExp) => {
    const known = lines.find(line => pattern.test(line))
    if (known !== undefined) return Promise.resolve(known)
    return new Promise<string>((resolve, reject) => {
      waiting.push({ pattern, resolve })
      child.once('exit', code => reject(new Error(`the writer ended with ${code}: ${lines.at(-1)}`)))
    })
  }
  return { child, lines, said }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('nothing acknowledged is lost by kill -9, round after round', async () => {
  await using place = await testPlace('pglite', '')
  const { dir } = place.config as { dir: string }
  const acknowledged: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { child, lines, said } = startWriter(dir)
    const first = acknowledged.length
    // Killed after ever more rows, in the middle of whatever it does then.
    await said(new RegExp(`^${first + 5 + round * 40}$`))
    await kill(child)
    acknowledged.push(...lines.filter(line => /^\d+$/.test(line)).map(Number))
    // One more may have been stored than was said: then the next writer goes on after it.
    for (let n = acknowledged.length; n < acknowledged.at(-1)! + 1; n++) acknowledged.push(n)
  }
  await using store = await openStore(place.config, testDeps)
  const { rows } = await sql<{ n: number; whole: boolean }>`
    select substr(key, 5)::bigint as n, length(value) = 3000 as whole from meta where key like 'row-%' order by 1`.execute(
    store.db,
  )
  const stored = new Set(rows.map(row => row.n))
  expect(acknowledged.filter(n => !stored.has(n))).toEqual([])
  expect(rows.every(row => row.whole)).toBe(true)
  // No half of a transaction, and the index agrees with the table.
  const halves = await sql<{ rows: number; twins: number; indexed: number }>`
    select count(*) filter (where key like 'row-%') as rows, count(*) filter (where key like 'twin-%') as twins,
      (select count(*) from (select key from meta where key >= '' order by key) i) as indexed from meta`.execute(
    store.db,
  )
  const {
    rows: [sum],
  } = halves
  expect(sum!.rows).toBe(sum!.twins)
  expect(sum!.indexed).toBe(sum!.rows + sum!.twins + 1)
})

test('a second process is refused with the pid of the first, and let in once that was killed', async () => {
  await using place = await testPlace('pglite', '')
  const { dir } = place.config as { dir: string }
  const holder = startWriter(dir, 'hold')
  await holder.said(/^open$/)

  const second = startWriter(dir, 'hold')
  const refusal = JSON.parse(await second.said(/^\{/))
  expect(refusal).toMatchObject({
    code: 'data_dir_locked',
    message: expect.stringMatching(new RegExp(`^The data directory ${dir} is in use by process ${holder.child.pid} `)),
  })
  await kill(holder.child)

  const third = startWriter(dir, 'hold')
  await third.said(/^open$/)
  await kill(third.child)
})

test('of many processes that start at once on a directory whose holder was killed, one gets it', async () => {
  await using place = await testPlace('pglite', '')
  const { dir } = place.config as { dir: string }
  const killed = startWriter(dir, 'hold')
  await killed.said(/^open$/)
  await kill(killed.child)

  const all = Array.from({ length: 6 }, () => startWriter(dir, 'hold'))
  const answers = await Promise.all(all.map(({ said }) => said(/^(open|\{.*)$/)))
  expect(answers.filter(answer => answer === 'open')).toHaveLength(1)
  expect(answers.filter(answer => answer.includes('data_dir_locked'))).toHaveLength(5)
  await Promise.all(all.filter(({ child }) => child.exitCode === null).map(({ child }) => kill(child)))
})
