import { expect, test } from 'vitest'
import { due } from './housekeeping.ts'

const use = (table: string, live: number, dead: number, changed: number) => ({ table, live, dead, changed })

test('tables are vacuumed and analysed when autovacuum would', () => {
  const tables = [
    use('quiet', 1000, 10, 10),
    use('dead', 1000, 300, 300),
    use('changed', 1000, 100, 400),
    use('small', 0, 50, 50),
    use('new', 0, 0, 51),
  ]
  expect(due(tables)).toEqual({ vacuum: ['dead'], analyze: ['changed', 'new'] })
})
