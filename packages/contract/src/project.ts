import { z } from 'zod'
import { Subject } from './access.ts'
import { Instant, Labels, Name } from './common.ts'

export const WriteProject = z
  .strictObject({
    name: Name,
    description: z.string().max(500).default(''),
    labels: Labels.default({}),
    clusters: z
      .array(Name)
      .max(10_000)
      .optional()
      .describe('Names of clusters beside those whose home it is; left out: they stay as they are'),
  })
  .meta({ id: 'WriteProject', examples: [{ name: 'payments', description: 'All that moves money' }] })
export type WriteProject = z.infer<typeof WriteProject>

/** Clusters that belong together. A cluster may be in several projects. */
export const Project = z
  .object({
    ...WriteProject.shape,
    clusters: z
      .array(z.object({ id: z.string(), name: Name, home: z.boolean() }))
      .describe('Those that the asker may see'),
    createdAt: Instant.nullable().describe('null where nobody wrote it down: the default project, or a cluster’s home'),
  })
  .meta({ id: 'Project' })
export type Project = z.infer<typeof Project>

/** What taking a cluster out of a project would take from whom. */
export const ProjectRemoval = z
  .object({
    project: z.string(),
    cluster: z.string(),
    bindings: z
      .array(z.object({ name: z.string(), role: z.string(), subjects: z.array(Subject) }))
      .describe('Bindings that reach the cluster by this project alone'),
    subjects: z.array(Subject).describe('Those who would have no right at all in the cluster any more'),
  })
  .meta({ id: 'ProjectRemoval' })
export type ProjectRemoval = z.infer<typeof ProjectRemoval>
