import type { ProjectRemoval } from '@moorage/contract/project.ts'
import { showSubjects } from '../../access/scope.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { outputOption, printData } from '../../print/output.ts'
import { confirmOrCancel } from '../../prompt.ts'

interface Options {
  yes?: true
  preview?: true
  output: 'table' | 'json' | 'yaml'
}

/** `moorage project remove` */
export const remove = (io: Io) =>
  define('remove', {
    summary: 'Take a cluster out of a project, after a look at who loses what',
    description: 'Rights that come by the project end within 2 s, and open streams with them.',
    examples: [
      { does: 'Only look at who would lose what', run: 'moorage project remove payments prod --preview' },
      { does: 'In a script', run: 'moorage project remove payments prod --yes' },
    ],
  })
    .argument('<project>', 'name of the project')
    .argument('<cluster>', 'id or name of the cluster')
    .option('-y, --yes', 'do not ask')
    .option('--preview', 'change nothing')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (project: string, cluster: string, options: Options, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      const preview = await hub.api.projects.previewRemoval({ project, cluster }, call)
      if (options.preview) {
        if (options.output !== 'table') return printData(io, options.output, preview)
        for (const line of removalLines(preview)) say(io, line)
        return
      }
      for (const line of removalLines(preview)) note(io, line)
      if (!options.yes) {
        const question = `Take ${preview.cluster} out of ${project}?`
        await confirmOrCancel(io, question, 'Add --yes to do it without being asked.')
      }
      const after = await hub.api.projects.removeCluster({ project, cluster }, call)
      if (options.output !== 'table') return printData(io, options.output, after)
      say(io, `Took ${preview.cluster} out of project ${project}.`)
    })

/** Who would lose what, for the person who is asked. */
export function removalLines({ project, cluster, bindings, subjects }: ProjectRemoval): string[] {
  if (bindings.length === 0) return [`Nobody has a right in ${cluster} by project ${project}.`]
  return [
    `Without project ${project}, these bindings no longer reach ${cluster}:`,
    ...bindings.map(({ name, role, subjects: whom }) => `  - ${name}: ${role} for ${showSubjects(whom)}`),
    subjects.length === 0
      ? `Each of them keeps a right in ${cluster} by another binding.`
      : `No right at all in ${cluster} is left to ${showSubjects(subjects)}.`,
  ]
}
