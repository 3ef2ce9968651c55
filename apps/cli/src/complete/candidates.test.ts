import { expect, test } from 'vitest'
import { program } from '../program.ts'
import { testIo } from '../test-io.ts'
import { candidates } from './candidates.ts'

const complete = (...words: string[]) => candidates(program(testIo().io), words)
const values = (...words: string[]) => complete(...words).values.map(({ value }) => value)

test('commands, and the commands below them', () => {
  expect(values('')).toEqual(expect.arrayContaining(['cluster', 'login', 'search', 'server']))
  expect(values('')).not.toContain('__complete')
  expect(values('cluster', '')).toContain('connect')
  expect(values('clusters', '')).toContain('connect')
})

test('options, with those that every command has', () => {
  expect(values('cluster', 'list', '--')).toEqual(expect.arrayContaining(['--phase', '--output', '--hub', '--help']))
  expect(values('cluster', '-')).not.toContain('--phase')
})

test('values of options', () => {
  expect(values('cluster', 'list', '--phase', '')).toContain('Unreachable')
  expect(values('cluster', 'list', '--phase=')).toContain('--phase=Unreachable')
  expect(values('cluster', 'list', '-o', '')).toContain('wide')
})

test('cluster names where a cluster is named, also after options with values', () => {
  expect(complete('cluster', 'get', '').wanted).toBe('cluster')
  expect(complete('cluster', 'get', '-o', 'json', '').wanted).toBe('cluster')
  expect(complete('--hub', 'lab', 'cluster', 'nodes', '').wanted).toBe('cluster')
  expect(complete('cluster', 'get', 'prod', '')).toEqual({ values: [] })
})

test('saved hubs and projects', () => {
  expect(complete('cluster', 'list', '--hub', '').wanted).toBe('context')
  expect(complete('context', 'use', '').wanted).toBe('context')
  expect(complete('cluster', 'list', '--project', '').wanted).toBe('project')
})

test('files where a file is wanted', () => {
  expect(complete('cluster', 'connect', 'x', '--kubeconfig', '')).toEqual({ values: [] })
  expect(complete('backup', '')).toEqual({ values: [] })
  expect(values('completion', '')).toEqual(['bash', 'zsh', 'fish'])
})
