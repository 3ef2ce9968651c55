import { expect, test } from 'vitest'
import { readDocuments } from './documents.ts'
import { showChange } from './show-change.ts'

const group = (rest: string) => readDocuments([{ from: 'the file', text: `kind: Group\nname: team\n${rest}` }])[0]!

test('what goes and what comes, without what stays', () => {
  const before = group('description: Old\nmembers: [ada, bob, cy, dee]')
  const after = group('description: New\nmembers: [ada, bob, eve, dee]')
  expect(showChange(before, after, ['description', 'members'])).toEqual([
    '  - description: Old',
    '  + description: New',
    '    members:',
    '      …',
    '  -   - cy',
    '  +   - eve',
  ])
  expect(showChange(before, group('members: [ada, bob, cy, dee, eve]'), ['members'])).toEqual([
    '    members:',
    '      …',
    '  +   - eve',
  ])
})
