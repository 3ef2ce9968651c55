import { expect, test } from 'vitest'
import { program, tree } from './program.ts'
import { runCli, testIo } from './test-io.ts'

const path = (command: ReturnType<typeof program>): string =>
  command.parent ? `${path(command.parent)} ${command.name()}`.trim() : ''

const all = tree(program(testIo().io)).map(command => ({ name: path(command), command }))

test('the tree has the commands that it should', () => {
  const names = all.map(({ name }) => name)
  for (const name of [
    'server',
    'admin reset-token',
    'audit',
    'backup',
    'restore',
    'login',
    'logout',
    'whoami',
    'password',
    'version',
    'search',
    'completion',
    'convert-kubeconfig',
    'context use',
    'token revoke',
    'kubeconfig',
    'kube-credential',
    'kubectl',
    'shell',
    'cluster connect',
    'cluster disconnect',
    'cluster watch',
  ])
    expect(names).toContain(name)
})

test('what kubectl is to do needs no "--" before its flags', async () => {
  const { err } = await runCli(['kubectl', 'alpha', 'get', 'pods', '-n', 'shop', '--watch'])
  expect(err).toContain('moorage login')
})

test.each(all)('"moorage $name" has help with an example that runs it', async ({ name, command }) => {
  const { code, out } = await runCli([...name.split(' ').filter(Boolean), '--help'])
  expect(code).toBe(0)
  const [, examples = ''] = out.split('\nExamples:\n')
  expect(examples).toMatch(/^ {2}# .+\n {2}.*moorage .+$/m)
  if (command.commands.length === 0) expect(examples).toContain(`moorage ${name}`)
  if (command.parent) expect(command.summary()).not.toBe('')
  for (const option of command.options) expect(`${option.flags}: ${option.description}`).toMatch(/: .+/)
})

test.each(all.filter(({ command }) => command.commands.length === 0))(
  'every example of "moorage $name" has only options that exist',
  ({ command }) => {
    const examples = helpOf(command).split('\nExamples:\n')[1] ?? ''
    const known = tree(program(testIo().io)).flatMap(each => each.options.flatMap(({ long, short }) => [long, short]))
    const used = examples
      .split('\n')
      .filter(line => !line.startsWith('  #'))
      .flatMap(line => line.match(/(?<= )--?[a-z][a-z-]*/g) ?? [])
    expect(used.filter(option => !known.includes(option) && !option.startsWith('-cluster'))).toEqual([])
  },
)

function helpOf(command: ReturnType<typeof program>): string {
  const text: string[] = []
  command.configureOutput({ writeOut: chunk => void text.push(chunk) }).outputHelp()
  return text.join('')
}

test('an unknown command names the near one', async () => {
  const { code, err } = await runCli(['clustre', 'list'])
  expect(code).toBe(2)
  expect(err).toContain('Did you mean cluster?')
})

test('an unknown option and a bad choice end with 2', async () => {
  expect((await runCli(['cluster', 'list', '--fase', 'Running'])).code).toBe(2)
  const bad = await runCli(['cluster', 'list', '--phase', 'Runing'])
  expect(bad.code).toBe(2)
  expect(bad.err).toContain('Running')
})

test('without a sign-in, commands say how to sign in', async () => {
  const { code, err } = await runCli(['cluster', 'list'])
  expect(code).toBe(4)
  expect(err).toContain('moorage login URL')
})

test('help for a command is that command’s help', async () => {
  expect((await runCli(['help', 'cluster', 'connect'])).out).toBe((await runCli(['cluster', 'connect', '--help'])).out)
  expect((await runCli(['help', 'nothing'])).code).toBe(2)
})

test('no colours where NO_COLOR is set or the output is no terminal', async () => {
  expect((await runCli(['cluster', 'list'], { columns: 80 })).err).toContain('\x1b[')
  expect((await runCli(['cluster', 'list'], { columns: 80, env: { NO_COLOR: '1' } })).err).not.toContain('\x1b[')
  expect((await runCli(['cluster', 'list'])).err).not.toContain('\x1b[')
})
