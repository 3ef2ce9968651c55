import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scripts } from '../complete/scripts.ts'
import { testHub } from '../test-hub.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
let dir: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-completion-'))
  writeFileSync(join(dir, 'moorage'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
  chmodSync(join(dir, 'moorage'), 0o755)
  for (const [shell, script] of Object.entries(scripts)) writeFileSync(join(dir, `moorage.${shell}`), script)
  writeFileSync(join(dir, 'drive.zsh'), DRIVE)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Runs a shell here, and says which one is missing where it is. */
function shell(name: string, args: string[], env: Record<string, string> = {}): string {
  const ran = spawnSync(name, args, {
    cwd: dir,
    env: { PATH: `${dir}:${process.env.PATH}`, HOME: dir, ...env },
    encoding: 'utf8',
    timeout: 60_000, // ms; a stuck shell would hold up the suite
  })
  if (ran.error) throw new Error(`${name} could not be run; "./run test module" installs it.`, { cause: ran.error })
  expect(ran.stderr).toBe('')
  return ran.stdout
}

/** What fish offers after this line, with descriptions. */
const fish = (line: string, env?: Record<string, string>) =>
  shell('fish', ['--no-config', '-c', 'source moorage.fish; complete -C "$argv[1]"', line], env)
    .split('\n')
    .filter(Boolean)

/** What zsh makes of this line when Tab is pressed at its end. */
const zsh = (line: string, env?: Record<string, string>) => shell('zsh', ['-f', 'drive.zsh', line], env).trimEnd()

/** A zsh that types into another one: completion runs only where a person types. Ctrl-X writes down the line. */
const DRIVE = `zmodload zsh/zpty
zpty typed zsh -f -i
zpty -w typed 'autoload -Uz compinit; compinit -u -D; source ./moorage.zsh'
zpty -w typed 'show() { print -r -- "$BUFFER" > line.new; mv line.new line }; zle -N show; bindkey "^X" show; : > ready'
for i in {1..600}; do [[ -e ready ]] && break; sleep 0.05; done
zpty -n -w typed "$1"$'\\t\\x18'
for i in {1..600}; do [[ -e line ]] && break; sleep 0.05; done
cat line
rm -f line ready
zpty -d typed
`

/** What bash offers after this line. */
function complete(line: string, env: Record<string, string> = {}): string[] {
  const script = `source ./moorage.bash; COMP_LINE=$1; COMP_POINT=\${#1}; _moorage; printf '%s\\n' "\${COMPREPLY[@]}"`
  return shell('bash', ['--norc', '-c', script, 'bash', line], env).split('\n').filter(Boolean)
}

test('bash completes commands, options and their values', () => {
  expect(complete('moorage clu')).toEqual(['cluster'])
  expect(complete('moorage cluster con')).toEqual(['connect', 'connections'])
  expect(complete('moorage cluster list --ph')).toEqual(['--phase'])
  expect(complete('moorage cluster list --phase Un')).toEqual(['Unreachable'])
  // bash itself keeps what stands before the "=".
  expect(complete('moorage cluster list --phase=Un')).toEqual(['Unreachable'])
  expect(complete('moorage completion ')).toEqual(['bash', 'zsh', 'fish'])
})

test('without a hub nothing is offered, and nothing is said', () => {
  expect(complete('moorage cluster get ')).toEqual([])
  expect(complete('moorage cluster get ', { MOORAGE_URL: 'http://127.0.0.1:1', MOORAGE_TOKEN: 'x' })).toEqual([])
})

test('a hub without clusters offers none', async () => {
  await using hub = await testHub()
  expect(complete('moorage cluster get ', hub.env)).toEqual([])
})

test('fish completes commands with what they do, options, their values, and files', () => {
  expect(fish('moorage clu')).toEqual(['cluster\tConnect clusters, see them, let them go'])
  expect(fish('moorage cluster list --phase Un')).toEqual(['Unreachable'])
  expect(fish('moorage cluster list --phase=Un')).toEqual(['--phase=Unreachable'])
  expect(fish('moorage completion ')).toEqual(['bash', 'fish', 'zsh'])
  expect(fish('moorage restore dri')).toEqual(['drive.zsh'])
})

test('zsh completes commands, options, their values, and files', () => {
  expect(zsh('moorage clu')).toBe('moorage cluster')
  expect(zsh('moorage cluster list --ph')).toBe('moorage cluster list --phase')
  expect(zsh('moorage cluster list --phase=Un')).toBe('moorage cluster list --phase=Unreachable')
  expect(zsh('moorage completion ')).toBe('moorage completion')
  expect(zsh('moorage restore dri')).toBe('moorage restore drive.zsh')
})

test('names with a colon, as saved hubs have, come whole in zsh and fish', () => {
  const config = join(dir, 'config.yaml')
  const saved = { name: '127.0.0.1:8443', url: 'https://127.0.0.1:8443', token: 't' }
  writeFileSync(config, JSON.stringify({ current: saved.name, contexts: [saved] }), { mode: 0o600 })
  expect(zsh('moorage --hub 127', { MOORAGE_CONFIG: config })).toBe('moorage --hub 127.0.0.1:8443')
  expect(fish('moorage --hub 127', { MOORAGE_CONFIG: config })).toEqual(['127.0.0.1:8443'])
})
