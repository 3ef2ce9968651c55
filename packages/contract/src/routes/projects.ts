import { z } from 'zod'
import { ClusterRef, Name } from '../common.ts'
import { Project, ProjectRemoval, WriteProject } from '../project.ts'
import { route } from './route.ts'

const tags = ['projects']
const ProjectRef = z.object({ project: Name.describe('Name of the project') })
const placed = ProjectRef.extend(ClusterRef.shape).strict()

export const projects = {
  list: route
    .route({
      method: 'GET',
      path: '/projects',
      tags,
      summary: 'List projects',
      description: 'The projects that the asker may see, by name, each with those of its clusters that they may see.',
    })
    .output(z.object({ items: z.array(Project) })),
  put: route
    .route({
      method: 'PUT',
      path: '/projects/{project}',
      tags,
      summary: 'Make or change a project',
      description:
        'With `clusters` these are its clusters afterwards, beside those whose home it is; without, they stay as they are.',
    })
    .meta({ errors: ['cluster_not_found', 'too_much_power'] })
    .input(ProjectRef.extend(WriteProject.omit({ name: true }).shape).strict())
    .output(Project),
  delete: route
    .route({
      method: 'DELETE',
      path: '/projects/{project}',
      tags,
      summary: 'Delete a project',
      description: 'Refused while it is the home of a cluster, or bindings are for it.',
    })
    .meta({ errors: ['not_found', 'in_use'] })
    .input(ProjectRef.strict())
    .output(z.object({ deleted: z.string() })),
  addCluster: route
    .route({
      method: 'PUT',
      path: '/projects/{project}/clusters/{cluster}',
      tags,
      summary: 'Put a cluster into a project',
      description:
        'Beside its home and any other projects. Who has rights in the project then has them in the cluster.',
    })
    .meta({ errors: ['not_found', 'too_much_power'] })
    .input(placed)
    .output(Project),
  removeCluster: route
    .route({
      method: 'DELETE',
      path: '/projects/{project}/clusters/{cluster}',
      tags,
      summary: 'Take a cluster out of a project',
      description: 'Rights that come by the project end within 2 s, and open streams with them.',
    })
    .meta({ errors: ['not_found', 'in_use', 'too_much_power'] })
    .input(placed)
    .output(Project),
  previewRemoval: route
    .route({
      method: 'GET',
      path: '/projects/{project}/clusters/{cluster}/removal',
      tags,
      summary: 'Who would lose what, were the cluster taken out',
      description: 'The bindings that reach the cluster by this project alone, and whom they are for.',
    })
    .meta({ errors: ['not_found'] })
    .input(placed)
    .output(ProjectRemoval),
}
