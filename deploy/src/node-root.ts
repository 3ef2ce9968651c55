import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** User and group of what runs in an image; any other that a cluster chooses does as well. */
export const NONROOT = 65532
/** Where a Linux has the public CAs, for hubs with a public certificate. */
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt'

/** Fills a folder with Node and the libraries that it is linked to, from this machine, and nothing else: no shell. */
export function nodeRoot(root: string, node = process.execPath): void {
  for (const folder of ['etc', 'tmp', 'usr/bin', 'app']) mkdirSync(join(root, folder), { recursive: true })
  copyFileSync(realpathSync(node), join(root, 'usr/bin/node'))
  chmodSync(join(root, 'usr/bin/node'), 0o755)
  for (const library of linkedTo(node)) {
    mkdirSync(dirname(join(root, library)), { recursive: true })
    copyFileSync(realpathSync(library), join(root, library))
  }
  if (existsSync(CA_BUNDLE)) {
    mkdirSync(dirname(join(root, CA_BUNDLE)), { recursive: true })
    copyFileSync(CA_BUNDLE, join(root, CA_BUNDLE))
  }
  writeFileSync(
    join(root, 'etc/passwd'),
    `root:x:0:0:root:/:/none\nnonroot:x:${NONROOT}:${NONROOT}:nonroot:/tmp:/none\n`,
  )
  writeFileSync(join(root, 'etc/group'), `root:x:0:\nnonroot:x:${NONROOT}:\n`)
}

/** The files of `ldd`'s answer: `libm.so.6 => /lib/…/libm.so.6 (0x…)`, and the loader, which stands alone. */
function linkedTo(program: string): string[] {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).split('\n')
  return lines.flatMap(line => /(?:=>\s*|^\s*)(\/\S+)\s+\(0x/.exec(line)?.[1] ?? [])
}
