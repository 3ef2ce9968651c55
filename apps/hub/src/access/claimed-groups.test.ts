import { expect, test } from 'vitest'
import { claimedGroups } from './claimed-groups.ts'

test.each([
  ['', ['dev'], ['keepers', 'partner:ops', 'partner:eu:ops']],
  ['partner:', ['dev', 'partner:ops'], ['keepers', 'partner:eu:ops']],
  ['partner:eu:', ['dev', 'partner:ops', 'partner:eu:ops'], ['keepers']],
])(
  'of an issuer with the prefix "%s" neither local groups count nor those of a longer prefix',
  (own, groups, leftOut) => {
    const known = { local: new Set(['keepers']), prefixes: ['', 'partner:', 'partner:eu:'] }
    expect(claimedGroups(['dev', 'keepers', 'partner:ops', 'partner:eu:ops'], own, known)).toEqual({ groups, leftOut })
  },
)
