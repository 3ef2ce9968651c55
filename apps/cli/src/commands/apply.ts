import { Option } from 'commander'
import { compare, type Difference, type Document } from '../access/documents.ts'
import { putDocument, readHub } from '../access/hub-documents.ts'
import { readDocumentsAt } from '../access/read-documents.ts'
import { showChange } from '../access/show-change.ts'
import { collect } from '../args/count.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { Exit } from '../failure.ts'
import { openHub } from '../hub/open.ts'
import { type Io, note, say } from '../io.ts'
import { clean } from '../print/clean.ts'
import { printData } from '../print/output.ts'
import { type TextFormat, textOutput } from '../print/text-output.ts'

interface Options {
  file: string[]
  exitCode?: true
  output: TextFormat
}

const like = (document: Document) => (other: Document) =>
  other.kind === document.kind && other.spec.name === document.spec.name

/** `moorage apply` and `moorage diff` */
const applying = (io: Io, name: 'apply' | 'diff', summary: string) => {
  const command = define(name, {
    summary,
    description:
      'Documents are of kind User, ServiceAccount, Issuer, Group, Project, Role, Binding or Limits (under cluster/NAME, user/NAME and so on; those that say nothing take limits away). What stands in no document stays as it is. No secret stands in one: "moorage user reset-password" gives a new user a password, "moorage issuer add" an issuer the secret of its client. Custom roles and bindings are checked by the hub: nobody gives out more than they have.',
    examples: [
      { does: 'From a file in Git', run: `moorage ${name} -f access.yaml` },
      { does: 'From all files of a folder, and one more', run: `moorage ${name} -f access/ -f people.yaml` },
    ],
  }).addOption(
    new Option(
      '-f, --file <path>',
      'file with YAML documents, folder of such files, or - for standard input (may be given several times)',
    )
      .argParser(collect)
      .makeOptionMandatory(),
  )
  if (name === 'diff') command.option('--exit-code', 'end with 1 where "apply" would change something')
  return command.addOption(textOutput()).action(async ({ file, exitCode, output }: Options, self) => {
    const documents = await readDocumentsAt(io, file)
    await using hub = await openHub(io, self)
    const known = await readHub(hub.api, io.signal, [...new Set(documents.map(({ kind }) => kind))])
    const items: Difference[] = []
    for (const document of documents) {
      const there = known.find(like(document))
      const difference = compare(document, there)
      const { kind, name: object, change, fields } = difference
      if (name === 'apply' && change !== 'same') {
        await putDocument(hub.api, document, io.signal).catch(error => {
          if (output === 'text') note(io, `${kind} ${object} was not applied, nor what would come after it.`)
          throw error
        })
      }
      items.push(difference)
      if (output !== 'text') continue
      say(io, `${kind} ${object}: ${change}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`)
      if (name === 'diff' && there !== undefined)
        for (const line of showChange(there, document, fields)) say(io, clean(line))
    }
    if (output !== 'text') printData(io, output, { items, total: items.length })
    if (exitCode && items.some(({ change }) => change !== 'same')) throw new Exit(exitCodes.failed)
  })
}

export const apply = (io: Io) =>
  applying(io, 'apply', 'Bring users, issuers, projects, groups, roles, bindings and limits to what a file says')
export const diff = (io: Io) => applying(io, 'diff', 'Show what "apply" would change, and change nothing')
