import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

/** Sizes that the engine asks for; larger ones are fine, as nothing is kept. */
const MEMORY_PAGES = 2048
const MEMORY_MAX_PAGES = 32_768
const TABLE_SIZE = 32_768
/** The part of WebAssembly that is used here: its types come with the browser's, which the hub does without. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>
  instantiate(module: object, imports: object): Promise<{ exports: Record<string, unknown> }>
  Module: { imports(module: object): { module: string; name: string; kind: string }[] }
  Memory: new (size: { initial: number; maximum: number }) => object
  Table: new (size: { initial: number; element: 'anyfunc' }) => object
  Global: new (type: { value: 'i32'; mutable: boolean }, value: number) => object
}

/** A string at an address that is outside any memory. */
const NOWHERE = -16

/**
 * Compiles the engine so that V8 leaves its SQL parser, `raw_parser`, alone.
 *
 * Left to itself V8 soon finds the parser hot and optimises it: one function of 105 kB, which takes 600 MB of memory
 * for some seconds of CPU (measured with --trace-wasm-compilation-times on Node 24) and makes nothing faster that
 * can be noticed. The other functions are worth it and are optimised as ever.
 *
 * V8 compiles each function when it is first called, and builds into it then whether it counts towards being
 * optimised. So the parser is called once while counting is off for all functions but number 0. The call fails on
 * its first access to memory; all that matters is that it was made. If any of this no longer works, the engine only
 * takes more memory at its start; a test notices.
 */
export async function compileEngine(): Promise<object> {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi }
  const file = new URL('./pglite.wasm', import.meta.resolve('@electric-sql/pglite'))
  const module = await WebAssembly.compile(await readFile(fileURLToPath(file)))
  setFlagsFromString('--wasm-tier-up-filter=0')
  try {
    const { exports } = await WebAssembly.instantiate(module, standIns(WebAssembly, module))
    const parse = exports.raw_parser as (text: number, mode: number) => void
    parse(NOWHERE, 0)
  } catch {
    // The call can only fail, see above.
  } finally {
    setFlagsFromString('--wasm-tier-up-filter=-1')
  }
  return module
}

/** Something of the right kind for each import: none of it is used. */
function standIns(WebAssembly: WebAssemblyApi, module: object): object {
  const imports: Record<string, Record<string, unknown>> = {}
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const group = imports[from] ?? {}
    imports[from] = group
    if (kind === 'function') group[name] = () => undefined
    if (kind === 'memory') group[name] = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_MAX_PAGES })
    if (kind === 'table') group[name] = new WebAssembly.Table({ initial: TABLE_SIZE, element: 'anyfunc' })
    if (kind === 'global') group[name] = new WebAssembly.Global({ value: 'i32', mutable: true }, 0)
  }
  return imports
}
