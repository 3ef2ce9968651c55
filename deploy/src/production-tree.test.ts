import { expect, test } from 'vitest'
import { productionTree } from './production-tree.ts'

test('a program needs its packages and theirs, the nearest of each, and nothing for development', () => {
  const lock = {
    '': { dependencies: { never: '1' } },
    'apps/a': { dependencies: { '@m/b': '1', x: '1' }, devDependencies: { dev: '1' } },
    'packages/b': { dependencies: { x: '2' }, optionalDependencies: { 'not-here': '1' } },
    'packages/b/node_modules/x': {},
    'node_modules/@m/b': { link: true, resolved: 'packages/b' },
    'node_modules/x': {
      dependencies: { y: '1' },
      peerDependencies: { z: '1', o: '1' },
      peerDependenciesMeta: { o: { optional: true } },
    },
    'node_modules/y': { dependencies: { x: '1' } },
    'node_modules/z': {},
    'node_modules/o': {},
    'node_modules/dev': {},
    'node_modules/never': {},
  }
  expect(productionTree(lock, 'apps/a')).toEqual({
    workspaces: ['apps/a', 'packages/b', 'packages/b/node_modules/x'],
    packages: ['node_modules/x', 'node_modules/y', 'node_modules/z'],
  })
})
