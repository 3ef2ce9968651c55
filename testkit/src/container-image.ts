import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Debian's busybox-static puts its one file. */
export const BUSYBOX = '/bin/busybox'

export interface ImageOptions {
  /** With tag, such as `testkit/busybox:1`. */
  name: string
  /** Folder that becomes the image's only layer. */
  root: string
  entrypoint?: string[]
  env?: string[]
  workingDir?: string
  /** `uid:gid`; root where it is left out. */
  user?: string
}

/** What makes an archive the same each time: order, times and owners do not depend on the machine. */
const REPRODUCIBLE = ['--sort=name', '--mtime=@0', '--numeric-owner', '--owner=0', '--group=0', '--mode=go=rX']

/**
 * Writes an image as the archive that `ctr images import` takes; no registry and no builder is involved. The same
 * files give the same bytes.
 */
export function writeImage(
  file: string,
  { name, root, entrypoint = [], env = [], workingDir = '/', user = '' }: ImageOptions,
): void {
  const scratch = mkdtempSync(join(tmpdir(), 'moorage-image-'))
  try {
    const layer = join(scratch, 'layer.tar')
    execFileSync('tar', [...REPRODUCIBLE, '-cf', layer, '-C', root, '.'])
    const config = {
      architecture: arch() === 'x64' ? 'amd64' : arch(),
      os: 'linux',
      config: { Entrypoint: entrypoint, Env: ['PATH=/bin:/usr/bin', ...env], WorkingDir: workingDir, User: user },
      rootfs: {
        type: 'layers',
        diff_ids: [`sha256:${createHash('sha256').update(readFileSync(layer)).digest('hex')}`],
      },
      history: [{ created_by: 'testkit' }],
    }
    const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]
    writeFileSync(join(scratch, 'config.json'), JSON.stringify(config))
    writeFileSync(join(scratch, 'manifest.json'), JSON.stringify(manifest))
    execFileSync('tar', [...REPRODUCIBLE, '-cf', file, '-C', scratch, 'manifest.json', 'config.json', 'layer.tar'])
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Fills a folder with busybox under all its names, and what programs expect to find. */
export function busyboxRoot(root: string): void {
  for (const folder of ['bin', 'etc', 'tmp', 'root', 'proc', 'sys', 'dev'])
    mkdirSync(join(root, folder), { recursive: true })
  copyFileSync(BUSYBOX, join(root, 'bin', 'busybox'))
  const applets = execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).trim().split('\n')
  for (const applet of applets) if (applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet))
  writeFileSync(
    join(root, 'etc', 'passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n',
  )
  writeFileSync(join(root, 'etc', 'group'), 'root:x:0:\nnogroup:x:65534:\n')
}
