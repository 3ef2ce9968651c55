import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { readPages } from '../../hub/pages.ts'
import type { Io } from '../../io.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'
import { receiptView } from '../../views/receipt.ts'

/** `moorage cluster receipts` */
export const receipts = (io: Io) =>
  define('receipts', {
    summary: 'List the receipts of clusters that were disconnected in the last 72 h',
    examples: [
      { does: 'Who let which cluster go?', run: 'moorage cluster receipts' },
      { does: 'With all objects that were removed or are owed', run: 'moorage cluster receipts -o yaml' },
    ],
  })
    .addOption(limitOption(0))
    .addOption(outputOption())
    .action(async (options: { limit: number; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const found = await readPages(options.limit, page => hub.api.hub.receipts(page, { signal: io.signal }))
      printList(io, options.output, found, receiptView(io.now()))
    })
