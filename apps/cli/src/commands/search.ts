import { limitOption } from '../args/limit.ts'
import { define } from '../define.ts'
import { openHub } from '../hub/open.ts'
import { counted, readPages } from '../hub/pages.ts'
import type { Io } from '../io.ts'
import { painter } from '../print/colour.ts'
import { type Format, outputOption, printList } from '../print/output.ts'
import { spin } from '../progress/spin.ts'
import { objectView } from '../views/inventory.ts'

/** `moorage search` */
export const search = (io: Io) =>
  define('search', {
    summary: 'Search the objects of all clusters',
    description:
      'Words are looked for in names. field:value narrows; fields are kind, status, image, ns, cluster, node, name and label (label:app=web). Values of the same field are alternatives, different fields must all hold, and a "-" in front leaves out what matches.',
    examples: [
      {
        does: 'Crashing nginx pods outside of dev',
        run: "moorage search 'kind:Pod status:CrashLoopBackOff image:nginx -cluster:dev'",
      },
      {
        does: 'Everything that is labelled as the web app, in one namespace',
        run: "moorage search 'label:app=web ns:shop' -o wide",
      },
    ],
  })
    .argument('<query...>', 'what to look for; quote it, so that the shell leaves it alone')
    .addOption(limitOption(100))
    .addOption(outputOption())
    .action(async (words: string[], options: { limit: number; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const found = await spin(io, 'Searching', () =>
        readPages(options.limit, page =>
          hub.api.inventory.search({ q: words.join(' '), ...page }, { signal: io.signal }),
        ),
      )
      const view = objectView(io.now(), painter(io.env, io.stdout), true)
      printList(io, options.output, found, { ...view, counted: counted.search })
    })
