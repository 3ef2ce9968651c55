import { Option } from 'commander'
import { wholeNumber } from './count.ts'

/** The `--limit` option of lists. 0 means all. */
export const limitOption = (rows: number) =>
  new Option('--limit <rows>', 'most rows to show, 0 for all').argParser(wholeNumber(0, 1_000_000)).default(rows)
