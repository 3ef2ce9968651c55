import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  type YAMLMap,
  type Node as YamlNode,
} from 'yaml'
import { KubeconfigError } from './kubeconfig-error.ts'

/** A kubeconfig's size in bytes. The largest seen, with hundreds of contexts, is half of it. */
export const KUBECONFIG_BYTES = 1024 * 1024

/** Tokens of YAML: about 600 contexts. Bounds the time that a hostile file can take to well below a second. */
const KUBECONFIG_TOKENS = 100_000

/** A kubeconfig is six levels deep, more only within extensions. */
const DEPTH = 32

/** Keys that mean something to JavaScript objects and nothing to Kubernetes. */
const RESERVED_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/** A position in the file, from 1. */
export interface At {
  line: number
  column: number
}

/** A value with its position. */
export interface Tree {
  at: At
  value: string | number | boolean | null | Tree[] | Map<string, Tree>
}

const fix = 'Write it out with `kubectl config view --raw --minify` and use that file.'

const refuse = (message: string, at?: At) => new KubeconfigError('invalid_kubeconfig', message, { fix, at })

/** The parser's findings in our own words, as its own quote the file. */
const findings: Record<string, string> = {
  DUPLICATE_KEY: 'a key is there twice',
  TAB_AS_INDENT: 'it is indented by a tab where YAML takes spaces only',
  BAD_INDENT: 'the indentation does not fit',
  MISSING_CHAR: 'a closing quote, bracket or colon is missing',
  MULTIPLE_DOCS: 'it holds several YAML documents',
  NON_STRING_KEY: 'a key is not text',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping starts on the same line as its key',
  UNEXPECTED_TOKEN: 'something is where nothing can be',
  TAG_RESOLVE_FAILED: 'it uses a YAML tag',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
}

const tooManyTokens = (text: string) => {
  // A token has at least a character, apart from a few that only mark a place.
  if (text.length < KUBECONFIG_TOKENS / 2) return false
  let count = 0
  for (const _ of new Lexer().lex(text)) if (++count > KUBECONFIG_TOKENS) return true
  return false
}

const parse = (text: string, lines: LineCounter) => {
  try {
    return parseDocument(text, {
      strict: true,
      schema: 'core',
      merge: false,
      stringKeys: true,
      // Checked below: the parser's own check takes quadratic time.
      uniqueKeys: false,
      prettyErrors: false,
      // 'silent' would let a second document pass. Nothing is printed at 'error'.
      logLevel: 'error',
      lineCounter: lines,
    })
  } catch {
    // A bug of the parser or its stack's end; its words may quote the file.
    throw refuse('The kubeconfig is not YAML that can be read.')
  }
}

/** Reads YAML strictly: one document, no anchors, aliases or tags, no key twice. */
export const readTree = (text: string): Tree => {
  if (Buffer.byteLength(text) > KUBECONFIG_BYTES) {
    throw new KubeconfigError('too_large', 'The kubeconfig is larger than 1 MiB.', { fix })
  }
  if (tooManyTokens(text)) {
    throw new KubeconfigError('too_large', 'The kubeconfig holds more entries than are read at once.', { fix })
  }
  const lines = new LineCounter()
  const position = (offset: number): At => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parse(text, lines)
  const finding = document.errors[0] ?? document.warnings[0]
  if (finding) {
    const why = findings[finding.code] ?? 'this is not valid YAML'
    throw refuse(`The kubeconfig can not be read: ${why}.`, position(finding.pos[0]))
  }

  const mapOf = (node: YAMLMap, depth: number) => {
    const map = new Map<string, Tree>()
    for (const { key, value } of node.items) {
      const at = position((key as YamlNode).range?.[0] ?? 0)
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : null
      if (name === null || isAnchored(key)) throw refuse('The kubeconfig has a key that is not plain text.', at)
      if (RESERVED_KEYS.has(name)) throw refuse('The kubeconfig has a key that is reserved.', at)
      if (map.has(name)) throw refuse('The kubeconfig has a key twice.', at)
      map.set(name, value === null ? { at, value: null } : treeOf(value as YamlNode, depth + 1))
    }
    return map
  }

  const treeOf = (node: YamlNode, depth: number): Tree => {
    const at = position(node.range?.[0] ?? 0)
    if (depth > DEPTH) throw refuse(`The kubeconfig is nested more than ${DEPTH} levels deep.`, at)
    if (isAlias(node) || isAnchored(node))
      throw refuse('The kubeconfig uses anchors or aliases, which are not read.', at)
    if (node.tag !== undefined) throw refuse('The kubeconfig uses a YAML tag, which is not read.', at)
    if (isMap(node)) return { at, value: mapOf(node, depth) }
    if (isSeq(node)) return { at, value: node.items.map(item => treeOf(item as YamlNode, depth + 1)) }
    const { value } = node as { value?: unknown }
    const plain = value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
    if (!plain) throw refuse('The kubeconfig has a value of a kind that is not read.', at)
    return { at, value }
  }

  if (!document.contents) throw refuse('The kubeconfig is empty.')
  return treeOf(document.contents as YamlNode, 0)
}

const isAnchored = (node: unknown) => (node as { anchor?: string }).anchor !== undefined
