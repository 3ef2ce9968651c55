import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { KubeconfigError, readKubeconfig } from '../src/kubeconfig.ts'

export const base64 = (text: string) => Buffer.from(text).toString('base64')

// biome-ignore lint/suspicious/noExplicitAny: a tree that tests change at will
export type Loose = any

type Change = (file: Loose, parts: { cluster: Loose; user: Loose; context: Loose }) => void

const authority = await createCa('kubernetes')
export const ca = authority.certPem
export const admin = await authority.issue({ commonName: 'admin', notAfter: new Date('2040-01-02T03:04:05Z') })
export const other = await authority.issue({ commonName: 'other' })

/** A good kubeconfig, changed by `change`, as text. */
export const kubeconfig = (change: Change = () => {}) => {
  const file = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'prod', cluster: { server: 'https://api.example.com:6443', 'certificate-authority-data': base64(ca) } },
    ],
    users: [{ name: 'admin', user: { token: 'sesame-open-1234' } }],
    contexts: [{ name: 'admin@prod', context: { cluster: 'prod', user: 'admin' } }],
    'current-context': 'admin@prod',
  }
  change(file, {
    cluster: file.clusters[0]!.cluster,
    user: file.users[0]!.user,
    context: file.contexts[0]!.context,
  })
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** The KubeconfigError that it is refused with: a sentence, and what would be right. */
export const refusal = (text: string, options?: Parameters<typeof readKubeconfig>[1]): KubeconfigError => {
  try {
    readKubeconfig(text, options)
  } catch (error) {
    expect(error).toBeInstanceOf(KubeconfigError)
    expect((error as KubeconfigError).message).toMatch(/\.( \(line \d+, column \d+\))?$/)
    expect((error as KubeconfigError).fix).toMatch(/\.$/)
    return error as KubeconfigError
  }
  throw new Error('it was taken')
}
