import type { KubeconfigEntries } from '@moorage/client/kubeconfig-entries.ts'
import { type Document, isMap, isSeq, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'

const LISTS = ['clusters', 'users', 'contexts'] as const
type List = (typeof LISTS)[number]

/** Long values stay on their line. */
const STYLE = { lineWidth: 0 }

/** A kubeconfig of these entries alone. */
export const newKubeconfig = (entries: KubeconfigEntries): string =>
  stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      ...entries,
      ...(entries.contexts[0] && { 'current-context': entries.contexts[0].name }),
    },
    { ...STYLE, aliasDuplicateObjects: false },
  )

const broken = (path: string, what: string) =>
  new CliError('kubeconfig_invalid', exitCodes.failed, `${path} ${what}, so nothing was written to it.`, {
    fix: 'Correct it, or write another file with --output FILE.',
  })

function listOf(document: Document, list: List, path: string): YAMLSeq {
  const found = document.get(list)
  if (found === undefined || found === null) {
    const made = document.createNode([]) as YAMLSeq
    document.set(list, made)
    return made
  }
  if (!isSeq(found)) throw broken(path, `has something else than a list as "${list}"`)
  return found
}

const named = (list: YAMLSeq, name: string): YAMLMap | undefined =>
  list.items.find((item): item is YAMLMap => isMap(item) && item.get('name') === name)

/** Where an entry of that name leads to, itself or as a context; undefined where there is none. */
function serverOf(document: Document, path: string, list: 'clusters' | 'contexts', name: string): string | undefined {
  const found = named(listOf(document, list, path), name)
  if (found === undefined) return undefined
  if (list === 'clusters') return String(found.getIn(['cluster', 'server']) ?? '')
  return serverOf(document, path, 'clusters', String(found.getIn(['context', 'cluster']) ?? '')) ?? ''
}

/** The entry in place of the one that was there: what people have written to it stays. */
function renewed(document: Document, entry: KubeconfigEntries[List][number], before: unknown): unknown {
  const node = document.createNode(entry) as YAMLMap
  if (!isMap(before)) return node
  const namespace = before.getIn(['context', 'namespace'])
  if ('context' in entry && namespace !== undefined && !node.hasIn(['context', 'namespace'])) {
    node.setIn(['context', 'namespace'], namespace)
  }
  if (before.commentBefore) node.commentBefore = before.commentBefore
  return node
}

/**
 * A kubeconfig with these entries put in, or in place of those of the same name
 * that lead to this hub. Everything else stays as it is, comments too. Throws
 * where a name is somebody else's.
 */
export function mergedKubeconfig(text: string, entries: KubeconfigEntries, hub: string, path: string): string {
  if (text.trim() === '') return newKubeconfig(entries)
  const document = parseDocument(text)
  if (document.errors.length > 0 || !isMap(document.contents)) throw broken(path, 'is not a kubeconfig')
  const below = `${hub.replace(/\/+$/, '')}/k8s/`
  for (const { name } of entries.contexts) {
    for (const list of ['contexts', 'clusters'] as const) {
      const server = serverOf(document, path, list, name)
      if (server === undefined || server.startsWith(below)) continue
      const what = `${list.slice(0, -1)} "${name}"`
      throw new CliError('context_taken', exitCodes.failed, `${path} has a ${what} already, of ${server}.`, {
        fix: 'Give these contexts a prefix, such as --prefix moorage-, or write another file with --output FILE.',
      })
    }
  }
  for (const list of LISTS) {
    const seq = listOf(document, list, path)
    for (const entry of entries[list]) {
      const at = seq.items.findIndex(item => isMap(item) && item.get('name') === entry.name)
      const node = renewed(document, entry, seq.items[at])
      if (at < 0) seq.items.push(node)
      else seq.items[at] = node
    }
  }
  const [first] = entries.contexts
  if (first !== undefined && !document.get('current-context')) document.set('current-context', first.name)
  return document.toString(STYLE)
}
