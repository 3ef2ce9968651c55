import type { Scope, Subject } from '@moorage/contract/access.ts'
import { type Command, Option } from 'commander'
import { usage } from '../failure.ts'

/** Where a binding is to hold, as options say it. */
export interface Place {
  organisation?: true
  project?: string
  cluster?: string
  labels?: string
  namespace?: string[]
}

const each = (text: string, before: string[] = []) => [...before, text]

export const withPlace = (command: Command): Command =>
  command
    .option('--organisation', 'in every cluster, and of Moorage itself')
    .option('--project <project>', 'in the clusters of a project')
    .option('--cluster <cluster>', 'in one cluster')
    .option('--labels <selector>', 'in clusters with these labels, such as env=prod')
    .addOption(
      new Option(
        '-n, --namespace <pattern>',
        'only in these namespaces of them, such as shop-* (may be given several times)',
      ).argParser(each),
    )

/** The scope that the options mean. */
export function scopeFrom({ organisation, project, cluster, labels, namespace }: Place): Scope {
  const given = [organisation, project, cluster, labels].filter(one => one !== undefined)
  if (given.length !== 1) {
    throw usage(
      given.length === 0 ? 'It does not say where.' : 'It says where more than once.',
      'Give one of --organisation, --project, --cluster and --labels.',
    )
  }
  const clusters = project !== undefined ? { project } : cluster !== undefined ? { cluster } : { labels: labels ?? '' }
  if (namespace !== undefined) {
    if (organisation) throw usage('Namespaces are of clusters.', 'Give --project, --cluster or --labels with -n.')
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
    .addOption(new Option('--user <user>', 'a user (may be given several times)').argParser(each))
    .addOption(new Option('--group <group>', 'a group (may be given several times)').argParser(each))
    .addOption(new Option('--service-account <name>', 'a service account (may be given several times)').argParser(each))

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
