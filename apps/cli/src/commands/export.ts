import { writeDocuments } from '../access/documents.ts'
import { readHub } from '../access/hub-documents.ts'
import { define } from '../define.ts'
import { openHub } from '../hub/open.ts'
import { type Io, say } from '../io.ts'

/** `moorage export` */
export const exportAccess = (io: Io) =>
  define('export', {
    summary: 'Print users, issuers, projects, groups, roles and bindings as YAML, for "apply"',
    description: 'Without passwords, tokens and secrets.',
    examples: [{ does: 'Keep who may do what in Git', run: 'moorage export > access.yaml' }],
  }).action(async (_options: unknown, command) => {
    await using hub = await openHub(io, command)
    say(io, writeDocuments(await readHub(hub.api, io.signal)).trimEnd())
  })
