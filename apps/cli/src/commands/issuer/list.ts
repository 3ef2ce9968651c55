import type { Issuer } from '@moorage/contract/issuer.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage issuer list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List issuers, without the secrets of their clients',
    examples: [{ does: 'With everything', run: 'moorage issuer list -o yaml' }],
  })
    .alias('ls')
    .addOption(outputOption())
    .action(async (options: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.issuers.list(undefined, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view)
    })

const view: ListView<Issuer> = {
  name: issuer => issuer.name,
  empty: 'There are no issuers.',
  columns: [
    { title: 'NAME', value: issuer => issuer.name },
    { title: 'URL', value: issuer => clean(issuer.url) },
    { title: 'CLIENT', value: issuer => clean(issuer.clientId) },
    { title: 'NAMES BY', value: issuer => `${issuer.usernamePrefix}${issuer.usernameClaim}` },
    { title: 'GROUPS BY', value: issuer => `${issuer.groupsPrefix}${issuer.groupsClaim}` },
  ],
  wide: [{ title: 'REDIRECT URI', value: issuer => issuer.redirectUri }],
}
