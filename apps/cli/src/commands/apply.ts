import { compare, type Document, readDocuments } from '../access/documents.ts'
import { putDocument, readHub } from '../access/hub-documents.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { Exit } from '../failure.ts'
import { openHub } from '../hub/open.ts'
import { type Io, say } from '../io.ts'
import { readInput } from '../read-input.ts'

const like = (document: Document) => (other: Document) =>
  other.kind === document.kind && other.spec.name === document.spec.name

/** `moorage apply` and `moorage diff` */
const applying = (io: Io, name: 'apply' | 'diff', summary: string) => {
  const command = define(name, {
    summary,
    description:
      'Documents are of kind User, ServiceAccount, Issuer, Group, Project, Role, Binding or Limits (under cluster/NAME, user/NAME and so on; those that say nothing take limits away). What stands in no document stays as it is. No secret stands in one: "moorage user reset-password" gives a new user a password, "moorage issuer add" an issuer the secret of its client. Custom roles and bindings are checked by the hub: nobody gives out more than they have.',
    examples: [{ does: 'From a file in Git', run: `moorage ${name} -f access.yaml` }],
  }).requiredOption('-f, --file <path>', 'file with YAML documents, or - for standard input')
  if (name === 'diff') command.option('--exit-code', 'end with 1 where "apply" would change something')
  return command.action(async ({ file, exitCode }: { file: string; exitCode?: true }, self) => {
    const documents = readDocuments(await readInput(io, file, 'access file'))
    await using hub = await openHub(io, self)
    const known = await readHub(hub.api, io.signal, [...new Set(documents.map(({ kind }) => kind))])
    let differs = false
    for (const document of documents) {
      const { kind, name: object, change, fields } = compare(document, known.find(like(document)))
      differs ||= change !== 'same'
      if (name === 'apply' && change !== 'same') await putDocument(hub.api, document, io.signal)
      say(io, `${kind} ${object}: ${change}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`)
    }
    if (exitCode && differs) throw new Exit(exitCodes.failed)
  })
}

export const apply = (io: Io) =>
  applying(io, 'apply', 'Bring users, issuers, projects, groups, roles, bindings and limits to what a file says')
export const diff = (io: Io) => applying(io, 'diff', 'Show what "apply" would change, and change nothing')
