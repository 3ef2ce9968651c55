import { group as holding } from '../define.ts'
import type { Io } from '../io.ts'
import { create } from './binding/create.ts'
import { list } from './binding/list.ts'
import { deleteNamed, getNamed } from './named.ts'

/** `moorage binding` */
export const binding = (io: Io) => {
  const get = getNamed(io, 'binding', {
    example: 'payments-prod',
    list: (hub, call) => hub.api.bindings.list({}, call),
  })
  const deleteOne = deleteNamed(io, 'binding', {
    description: 'What it gave is refused within 2 s, and open streams that it let through end.',
    example: 'payments-prod',
    take: (hub, binding, call) => hub.api.bindings.delete({ binding }, call),
  })
  return holding(
    'binding',
    {
      summary: 'Bindings: who has which role where, and until when',
      examples: [{ does: 'What does Ada have by name?', run: 'moorage binding list --subject ada' }],
    },
    [list(io), get, create(io), deleteOne],
  ).alias('bindings')
}
