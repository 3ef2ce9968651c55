import { isLasting, writeDocuments } from '../access/documents.ts'
import { readHub } from '../access/hub-documents.ts'
import { define } from '../define.ts'
import { openHub } from '../hub/open.ts'
import { type Io, say } from '../io.ts'

/** `moorage export` */
export const exportAccess = (io: Io) =>
  define('export', {
    summary: 'Print users, issuers, projects, groups, roles, bindings and limits as YAML, for "apply"',
    description:
      'Without passwords, tokens and secrets, and without bindings that have ended or that an approved request made: those end by themselves.',
    examples: [{ does: 'Keep who may do what in Git', run: 'moorage export > access.yaml' }],
  }).action(async (_options: unknown, command) => {
    await using hub = await openHub(io, command)
    const documents = await readHub(hub.api, io.signal)
    say(io, writeDocuments(documents.filter(document => isLasting(document, io.now()))).trimEnd())
  })
