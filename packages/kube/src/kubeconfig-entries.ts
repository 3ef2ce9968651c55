import { KubeconfigError, type KubeconfigErrorCode } from './kubeconfig-error.ts'
import { type At, readTree, type Tree } from './yaml-tree.ts'

/** The way out of everything that only works on the machine the kubeconfig was made for. */
export const CONVERT =
  'Run `moorage convert-kubeconfig FILE` where this kubeconfig works, and use the kubeconfig that it prints.'

/** A mapping of the kubeconfig, with what a message needs to name a field in it. */
export interface Section {
  fields: Map<string, Tree>
  at: At
  /** Such as `users[admin].user`. */
  path: string
}

/** The chosen context and what it points to. */
export interface Entries {
  context: string
  namespace: string | null
  clusterName: string
  cluster: Section
  user: Section
}

const GENERAL_FIX = 'Compare it with the output of `kubectl config view --raw --minify`.'

/** The error about one field of a section. */
export const refuseField = (
  section: Section,
  field: string,
  message: string,
  options: { code?: KubeconfigErrorCode; fix?: string } = {},
) => {
  const at = section.fields.get(field)?.at ?? section.at
  const { code = 'invalid_kubeconfig', fix = GENERAL_FIX } = options
  return new KubeconfigError(code, message, { fix, at, field: `${section.path}.${field}` })
}

/** A field that is there and not empty. */
export const isSet = (section: Section, field: string): boolean => {
  const value = section.fields.get(field)?.value
  if (value === undefined || value === null || value === '' || value === false) return false
  return value instanceof Map ? value.size > 0 : !Array.isArray(value) || value.length > 0
}

/** A text field, or null where it is missing or empty. */
export const textOf = (section: Section, field: string): string | null => {
  const value = section.fields.get(field)?.value
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string') return value
  throw refuseField(section, field, `${section.path}.${field} must be text.`, { fix: 'Put it in quotes.' })
}

/** A true-or-false field; false where it is missing. */
export const flagOf = (section: Section, field: string): boolean => {
  const value = section.fields.get(field)?.value
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  throw refuseField(section, field, `${section.path}.${field} must be true or false, without quotes.`)
}

/** Names of kubeconfigs are free text. Those that hold a credential, by mistake or malice, are not shown. */
const shown = (name: string, secrets: readonly string[]) => {
  const fits = name.length <= 253 && !/[\p{Cc}\p{Cf}]/u.test(name)
  return fits && !secrets.some(secret => name.includes(secret)) ? name : '(not shown)'
}

/** Contexts that a refusal names: nobody reads more, and each is compared with every credential of the file. */
const CHOICES = 100

const SECRET_FIELDS = /token|password|key|secret|data$|^value$/i

/** Every text under a field that holds credentials, of at least four characters. */
const secretsIn = (tree: Tree, secret: boolean): string[] => {
  const { value } = tree
  if (value instanceof Map) {
    return [...value].flatMap(([field, child]) => secretsIn(child, secret || SECRET_FIELDS.test(field)))
  }
  if (Array.isArray(value)) return value.flatMap(child => secretsIn(child, secret))
  return secret && value !== null && String(value).length >= 4 ? [String(value).trim()] : []
}

/** Reads the file and picks the context. `current` says whether its current-context counts. */
export const readEntries = (text: string, options: { context?: string; current: boolean }): Entries => {
  const root = readTree(text)
  if (!(root.value instanceof Map)) {
    throw new KubeconfigError('invalid_kubeconfig', 'The kubeconfig is not a mapping.', {
      fix: GENERAL_FIX,
      at: root.at,
    })
  }
  const file: Section = { fields: root.value, at: root.at, path: 'kubeconfig' }
  const kind = textOf(file, 'kind')
  if (kind !== null && kind !== 'Config')
    throw refuseField(file, 'kind', 'This is not a kubeconfig: its kind is not Config.')
  const secrets = secretsIn(root, false)
  const name = (text: string) => shown(text, secrets)

  const list = (field: string, inner: string) => {
    const entries = new Map<string, Section>()
    const tree = file.fields.get(field)
    if (tree === undefined || tree.value === null) return entries
    if (!Array.isArray(tree.value)) throw refuseField(file, field, `${field} must be a list.`)
    for (const [index, item] of tree.value.entries()) {
      const path = `${field}[${index}]`
      if (!(item.value instanceof Map)) throw refuseField(file, field, `${path} must be a mapping.`)
      const entry: Section = { fields: item.value, at: item.at, path }
      const key = textOf(entry, 'name')
      if (key === null) throw refuseField(entry, 'name', `${path} has no name.`)
      if (entries.has(key)) throw refuseField(entry, 'name', `${field} has two entries with the name “${name(key)}”.`)
      const content = entry.fields.get(inner)
      const fields = content === undefined || content.value === null ? new Map<string, Tree>() : content.value
      if (!(fields instanceof Map)) throw refuseField(entry, inner, `${path}.${inner} must be a mapping.`)
      entries.set(key, {
        fields,
        at: content?.at ?? item.at,
        // Made only where something is said of it: a hostile file has thousands of names and credentials to compare.
        get path() {
          return `${field}[${name(key)}].${inner}`
        },
      })
    }
    return entries
  }

  const contexts = list('contexts', 'context')
  const chosen = choose(file, [...contexts.keys()], name, options)
  const context = contexts.get(chosen)!

  const follow = (field: 'cluster' | 'user', entries: Map<string, Section>) => {
    const target = textOf(context, field)
    if (target === null) throw refuseField(context, field, `The context “${name(chosen)}” names no ${field}.`)
    const found = entries.get(target)
    if (found) return { target, found }
    throw refuseField(
      context,
      field,
      `The context “${name(chosen)}” names a ${field} “${name(target)}” that is not there.`,
    )
  }
  const cluster = follow('cluster', list('clusters', 'cluster'))
  const user = follow('user', list('users', 'user'))
  return {
    context: chosen,
    namespace: textOf(context, 'namespace'),
    clusterName: cluster.target,
    cluster: cluster.found,
    user: user.found,
  }
}

const choose = (
  file: Section,
  names: string[],
  name: (text: string) => string,
  options: { context?: string; current: boolean },
): string => {
  if (names.length === 0) throw refuseField(file, 'contexts', 'The kubeconfig has no context.')
  if (options.context !== undefined && names.includes(options.context)) return options.context
  if (options.context === undefined && names.length === 1) return names[0]!
  const current = options.current ? textOf(file, 'current-context') : null
  if (options.context === undefined && current !== null && names.includes(current)) return current
  const choices = names.slice(0, CHOICES).map(name)
  const more = names.length - choices.length
  const listed = `${choices.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  if (options.context !== undefined) {
    throw new KubeconfigError('context_required', `The kubeconfig has no context “${name(options.context)}”.`, {
      fix: `Choose one of: ${listed}.`,
      field: 'contexts',
      choices,
    })
  }
  throw new KubeconfigError('context_required', `The kubeconfig has ${names.length} contexts, and none was chosen.`, {
    fix: `Choose one with --context: ${listed}.`,
    field: 'contexts',
    choices,
  })
}
