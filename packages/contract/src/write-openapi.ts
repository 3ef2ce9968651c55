/** Writes `openapi.json`; with `--check` only tells whether it is what the contract says. */
import { readFile, writeFile } from 'node:fs/promises'
import manifest from '../package.json' with { type: 'json' }
import { openApiDocument } from './openapi.ts'

const file = new URL('../openapi.json', import.meta.url)
const text = `${JSON.stringify(await openApiDocument(manifest.version), null, 2)}\n`

if (process.argv.includes('--check')) {
  const committed = await readFile(file, 'utf8').catch(() => '')
  if (committed !== text) {
    console.error(
      'packages/contract/openapi.json is not what the contract says. Run: node packages/contract/src/write-openapi.ts',
    )
    process.exitCode = 1
  }
} else {
  await writeFile(file, text)
}
