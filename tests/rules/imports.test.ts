import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { rules } from './import-rules.ts'
import { sources } from './sources.ts'

/** Tests may also use the testkit, and the parts that stand below the tested one as a whole. */
const inTestsToo = ['testkit', 'packages', 'apps/hub/src']

const packageFolders: Record<string, string> = {
  '@moorage/contract': 'packages/contract',
  '@moorage/client': 'packages/client',
  '@moorage/kube': 'packages/kube',
  '@moorage/projector': 'packages/projector',
  '@moorage/removal': 'packages/removal',
  '@moorage/tunnel': 'packages/tunnel',
  '@moorage/agent': 'apps/agent',
  '@moorage/testkit': 'testkit',
  '@moorage/hub': 'apps/hub/src',
  '@moorage/cli': 'apps/cli',
}

const isTest = (file: string) => /\.test\.tsx?$|(^|\/)test\/|fixtures?\//.test(file)
const areaOf = (file: string) =>
  rules
    .filter(rule => file === rule.area || file.startsWith(`${rule.area}/`))
    .sort((a, b) => b.area.length - a.area.length)[0]

function targets(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(match => match[1] as string)
  return found.flatMap(specifier => {
    if (specifier.startsWith('.')) return [relative('.', join(dirname(file), specifier))]
    const name = Object.keys(packageFolders).find(known => specifier === known || specifier.startsWith(`${known}/`))
    return name ? [`${packageFolders[name]}${specifier.slice(name.length)}`] : []
  })
}

const within = (target: string, area: string) => target === area || target.startsWith(`${area}/`)

test('every source file belongs to an area with a rule', () => {
  expect(sources().filter(file => file.includes('/') && !areaOf(file))).toEqual([])
})

test('imports go one way', () => {
  const broken = sources().flatMap(file => {
    const rule = areaOf(file)
    if (!rule) return []
    const allowed = [rule.area, ...rule.may, ...(isTest(file) ? inTestsToo : [])]
    return targets(file)
      .filter(target => !allowed.some(area => within(target, area)))
      .map(target => `${file} imports ${target}, but ${rule.why}`)
  })
  expect(broken).toEqual([])
})

test('no file only passes others on', () => {
  const barrels = sources().filter(file => {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line.trim() !== '' && !line.startsWith('//'))
    return lines.length > 0 && lines.every(line => /^export (\*|\{[^}]*\}|type \{[^}]*\}) .*from /.test(line))
  })
  expect(barrels).toEqual([])
})
