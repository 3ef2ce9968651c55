import type { Scope, Subject } from '@moorage/contract/access.ts'
import type { Command } from 'commander'
import { collect } from '../args/count.ts'
import { usage } from '../failure.ts'

/** Where a binding is to hold, as options say it. */
export interface Place {
  organisation?: true
  project?: string
  cluster?: string
  selector?: string
  /** The same by its longer name. */
  labels?: string
  namespace?: string[]
}

export const withPlace = (command: Command): Command =>
  command
    .option('--organisation', 'in every cluster, and of Moorage itself')
    .option('--project <project>', 'in the clusters of a project')
    .option('--cluster <cluster>', 'in one cluster')
    .option('-l, --selector <selector>', 'in clusters with these labels, such as env=prod')
    .option('--labels <selector>', 'the same')
    .option(
      '-n, --namespace <pattern>',
      'only in these namespaces of them, such as shop-* (may be given several times)',
      collect,
    )

/** The scope that the options mean. */
export function scopeFrom({ organisation, project, cluster, selector, labels, namespace }: Place): Scope {
  const given = [organisation, project, cluster, selector, labels].filter(one => one !== undefined)
  if (given.length !== 1) {
    throw usage(
      given.length === 0 ? 'It does not say where.' : 'It says where more than once.',
      'Give one of --organisation, --project, --cluster and --selector.',
    )
  }
  const clusters =
    project !== undefined ? { project } : cluster !== undefined ? { cluster } : { labels: selector ?? labels ?? '' }
  if (namespace !== undefined) {
    if (organisation) throw usage('Namespaces are of clusters.', 'Give --project, --cluster or --selector with -n.')
    return { kind: 'namespace', ...clusters, namespaces: namespace } as Scope
  }
  if (organisation) return { kind: 'organisation' }
  return project !== undefined ? { kind: 'project', project } : ({ kind: 'cluster', ...clusters } as Scope)
}

/** The same in a few words. */
export function showScope(scope: Scope): string {
  if (scope.kind === 'organisation') return 'organisation'
  const where =
    'project' in scope
      ? `project ${scope.project}`
      : 'cluster' in scope
        ? `cluster ${scope.cluster}`
        : `clusters ${scope.labels}`
  return scope.kind === 'namespace' ? `${scope.namespaces.join(',')} in ${where}` : where
}

/** Whom a binding is for, as options say it. */
export interface People {
  user?: string[]
  group?: string[]
  serviceAccount?: string[]
}

export const withPeople = (command: Command): Command =>
  command
    .option('--user <user>', 'a user (may be given several times)', collect)
    .option('--group <group>', 'a group (may be given several times)', collect)
    .option('--service-account <name>', 'a service account (may be given several times)', collect)

export function subjectsFrom({ user = [], group = [], serviceAccount = [] }: People): Subject[] {
  const subjects: Subject[] = [
    ...user.map(name => ({ kind: 'user' as const, name })),
    ...group.map(name => ({ kind: 'group' as const, name })),
    ...serviceAccount.map(name => ({ kind: 'service-account' as const, name })),
  ]
  if (subjects.length === 0) throw usage('It does not say for whom.', 'Give --user, --group or --service-account.')
  return subjects
}

export const showSubjects = (subjects: readonly Subject[]): string =>
  subjects.map(({ kind, name }) => `${kind}/${name}`).join(',')
