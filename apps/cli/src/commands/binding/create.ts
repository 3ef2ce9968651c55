import { requireNew } from '../../access/find-named.ts'
import { makeNamespaces, namespacesToMake } from '../../access/make-namespaces.ts'
import {
  type People,
  type Place,
  scopeFrom,
  showScope,
  showSubjects,
  subjectsFrom,
  withPeople,
  withPlace,
} from '../../access/scope.ts'
import { warnOfNobody } from '../../access/warn-of-nobody.ts'
import { parseDuration } from '../../args/duration.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

interface Options extends Place, People {
  role: string
  for?: number
  reason?: string
  createNamespaces?: true
  output: TextFormat
}

/** `moorage binding create` */
export const create = (io: Io) => {
  const command = define('create', {
    summary: 'Give a role to users, groups or service accounts, somewhere',
    description: 'Nobody can give out more than they may do in that place themselves, nor for longer.',
    examples: [
      {
        does: 'A team works in its namespaces of production',
        run: "moorage binding create pay-prod --role namespace-admin --group payments -l env=prod -n 'pay-*'",
      },
      {
        does: 'Somebody helps out for two hours',
        run: 'moorage binding create help --role cluster-admin --user ada --cluster prod --for 2h --reason INC-7',
      },
    ],
  })
    .argument('<name>', 'name of the binding')
    .requiredOption('--role <role>', 'which role, as "moorage role list" shows them')
  return withPlace(withPeople(command))
    .option('--for <span>', 'how long, such as 8h (default: without end)', parseDuration)
    .option('--reason <text>', 'why it is there, for whoever reviews it')
    .option('--create-namespaces', 'make the namespaces where they are missing, in your own name')
    .addOption(textOutput())
    .action(async (name: string, options: Options, self) => {
      const scope = scopeFrom(options)
      const subjects = subjectsFrom(options)
      const missing = options.createNamespaces ? namespacesToMake(options) : null
      await using hub = await openHub(io, self)
      const call = { signal: io.signal }
      requireNew((await hub.api.bindings.list({}, call)).items, 'binding', name)
      const made = await hub.api.bindings.put(
        {
          binding: name,
          role: options.role,
          subjects,
          scope,
          ...(options.for !== undefined && {
            expiresAt: new Date(io.now().getTime() + options.for * 1_000).toISOString(),
          }),
          ...(options.reason !== undefined && { reason: options.reason }),
        },
        call,
      )
      const namespaces = missing === null ? [] : await makeNamespaces(hub, missing, io.signal)
      for (const { name: namespace, made: isNew } of namespaces) {
        note(io, isNew ? `Made namespace ${namespace}.` : `Namespace ${namespace} was there.`)
      }
      await warnOfNobody(io, hub, subjects)
      if (options.output !== 'text') return printData(io, options.output, made)
      const until = made.expiresAt === null ? '' : ` until ${made.expiresAt}`
      say(io, `${showSubjects(made.subjects)} has role ${made.role} in ${showScope(made.scope)}${until}.`)
    })
}
