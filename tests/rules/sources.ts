import { execFileSync } from 'node:child_process'

/** The TypeScript sources that git tracks or would track, relative to the repository. */
export function sources(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
    encoding: 'utf8',
  })
  const gone = execFileSync('git', ['ls-files', '--deleted'], { encoding: 'utf8' }).split('\n')
  return listed.split('\n').filter(file => file !== '' && !gone.includes(file))
}
