import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { create } from './binding/create.ts'
import { deleteOne } from './binding/delete.ts'
import { get } from './binding/get.ts'
import { list } from './binding/list.ts'

/** `moorage binding` */
export const binding = (io: Io) =>
  holding(
    'binding',
    {
      summary: 'Bindings: who has which role where, and until when',
      examples: [{ does: 'What does Ada have by name?', run: 'moorage binding list --subject ada' }],
    },
    [list(io), get(io), create(io), deleteOne(io)],
  ).alias('bindings')
