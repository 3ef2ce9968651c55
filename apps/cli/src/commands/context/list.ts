import { define } from '../../define.ts'
import { type HubContext, readConfig } from '../../hub/config-file.ts'
import type { Io } from '../../io.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'

/** `moorage context list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List the saved hubs',
    description: 'Tokens are not shown.',
    examples: [{ does: 'Where am I signed in?', run: 'moorage context list' }],
  })
    .alias('ls')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async ({ output }: { output: Format }) => {
      const { current, contexts } = await readConfig(io)
      const items = contexts.map(({ name, url, ca }) => ({
        name,
        url,
        current: name === current,
        ownCa: ca !== undefined,
      }))
      printList(io, output, { items, total: items.length }, view)
    })

type Row = Pick<HubContext, 'name' | 'url'> & { current: boolean; ownCa: boolean }

const view = {
  name: (row: Row) => row.name,
  empty: 'No hub is saved. Sign in with "moorage login URL".',
  columns: [
    { title: 'CURRENT', value: (row: Row) => (row.current ? '*' : '') },
    { title: 'NAME', value: (row: Row) => row.name },
    { title: 'URL', value: (row: Row) => row.url },
    { title: 'TRUSTED BY', value: (row: Row) => (row.ownCa ? 'its own CA' : 'the system') },
  ],
}
