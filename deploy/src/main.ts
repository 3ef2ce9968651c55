/**
 * `./run image agent|hub --out FILE [--name REF]`: a container image without a
 * container engine. Progress goes to standard error, the image's name to
 * standard output.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildImage, fillImage, type ImageName, images } from './images.ts'

const usage = 'usage: ./run image agent|hub --out FILE [--name REF], or --folder DIR for its files alone'

function asked() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' }, folder: { type: 'string' }, name: { type: 'string' } },
  })
  const [which] = positionals
  if (positionals.length !== 1 || (which !== 'agent' && which !== 'hub'))
    throw new Error(`There are two images: agent and hub; ${usage}`)
  if ((values.out === undefined) === (values.folder === undefined))
    throw new Error(`Where to? Give --out or --folder; ${usage}`)
  return { which: which as ImageName, ...values }
}

try {
  const { which, out, folder, name = images[which].name } = asked()
  console.error(`image: building ${name}`)
  if (out !== undefined) await buildImage(which, resolve(out), name)
  if (folder !== undefined) await fillImage(which, resolve(folder))
  console.error(`image: written to ${out ?? folder}`)
  console.log(name)
} catch (error) {
  console.error(`image: ${(error as Error).message}`)
  process.exitCode = 1
}
