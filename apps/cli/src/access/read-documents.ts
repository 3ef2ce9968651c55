import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { usage } from '../failure.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'
import { type Document, readDocuments } from './documents.ts'

const IS_ACCESS = /\.(ya?ml|json)$/

/** The file of a path, or of a folder those that are YAML or JSON, by name. */
async function filesAt(io: Io, path: string): Promise<string[]> {
  const at = resolve(io.cwd, path)
  const isFolder = path !== '-' && (await stat(at).catch(() => null))?.isDirectory() === true
  if (!isFolder) return [path]
  const files = (await readdir(at)).filter(name => IS_ACCESS.test(name)).sort()
  if (files.length > 0) return files.map(name => join(path, name))
  throw usage(`The folder ${path} has no file that ends in .yaml, .yml or .json.`)
}

/** All documents of the files and folders that are named, in the order in which they are applied. */
export async function readDocumentsAt(io: Io, paths: readonly string[]): Promise<Document[]> {
  const files = (await Promise.all(paths.map(path => filesAt(io, path)))).flat()
  const twice = files.find((path, index) => files.indexOf(path) < index)
  if (twice !== undefined) throw usage(`${twice === '-' ? 'Standard input' : twice} is given twice.`)
  const sources = []
  for (const path of files) {
    const text = await readInput(io, path, 'access file')
    sources.push({ from: path === '-' ? 'standard input' : path, text })
  }
  const documents = readDocuments(sources)
  if (documents.length > 0) return documents
  throw usage(`There is no document in ${sources.map(({ from }) => from).join(', ')}.`)
}
