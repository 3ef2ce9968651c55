import { LimitedKind } from '@moorage/contract/limits.ts'
import type { openHub } from '../hub/open.ts'
import { type Document, type Kind, kinds } from './documents.ts'

type Api = Awaited<ReturnType<typeof openHub>>['api']

type Reader = (api: Api, options: { signal: AbortSignal }) => Promise<Document[]>

const readers: Record<Kind, Reader> = {
  User: async (api, options) =>
    (await api.users.list(undefined, options)).items
      // Those of issuers are made by signing in there.
      .filter(({ source }) => source === 'local')
      .map(({ name, displayName, email }) => ({
        kind: 'User',
        spec: { name, displayName, ...(email !== null && { email }) },
      })),
  ServiceAccount: async (api, options) =>
    (await api.serviceAccounts.list(undefined, options)).items.map(({ name, description }) => ({
      kind: 'ServiceAccount',
      spec: { name, description },
    })),
  Issuer: async (api, options) =>
    (await api.issuers.list(undefined, options)).items.map(
      ({ hasSecret: _secret, redirectUri: _uri, createdAt: _at, ...spec }) => ({ kind: 'Issuer', spec }),
    ),
  Group: async (api, options) =>
    (await api.groups.list(undefined, options)).items.map(({ createdAt: _, ...spec }) => ({ kind: 'Group', spec })),
  Project: async (api, options) =>
    (await api.projects.list(undefined, options)).items.map(({ createdAt: _, clusters, ...spec }) => {
      const guests = clusters.filter(({ home }) => !home).map(({ name }) => name)
      return { kind: 'Project', spec: { ...spec, clusters: guests } }
    }),
  Role: async (api, options) =>
    (await api.roles.list(undefined, options)).items
      .filter(({ builtIn }) => !builtIn)
      .map(({ builtIn: _, ...spec }) => ({ kind: 'Role', spec })),
  Binding: async (api, options) =>
    (await api.bindings.list({}, options)).items.map(
      ({ createdAt: _at, createdBy: _by, expiresAt, reason, ...spec }) => {
        const more = { ...(expiresAt !== null && { expiresAt }), ...(reason !== null && { reason }) }
        return { kind: 'Binding', spec: { ...spec, ...more } }
      },
    ),
  Limits: async (api, options) =>
    (await api.limits.list({}, options)).items.map(({ kind, name, setAt: _at, setBy: _by, ...spec }) => ({
      kind: 'Limits',
      spec: { name: `${kind}/${name}`, ...spec },
    })),
}

/** All that the hub has of these kinds, as documents. */
export const readHub = async (api: Api, signal: AbortSignal, wanted: readonly Kind[] = kinds): Promise<Document[]> =>
  (await Promise.all(wanted.map(kind => readers[kind](api, { signal })))).flat()

/** Puts one document into the hub. */
export async function putDocument(api: Api, document: Document, signal: AbortSignal): Promise<void> {
  const options = { signal }
  switch (document.kind) {
    case 'User': {
      const { name: user, ...rest } = document.spec
      await api.users.put({ user, ...rest }, options)
      break
    }
    case 'ServiceAccount': {
      const { name: serviceAccount, ...rest } = document.spec
      await api.serviceAccounts.put({ serviceAccount, ...rest }, options)
      break
    }
    case 'Issuer': {
      const { name: issuer, ...rest } = document.spec
      await api.issuers.put({ issuer, ...rest }, options)
      break
    }
    case 'Group': {
      const { name: group, ...rest } = document.spec
      await api.groups.put({ group, ...rest }, options)
      break
    }
    case 'Project': {
      const { name: project, ...rest } = document.spec
      await api.projects.put({ project, ...rest }, options)
      break
    }
    case 'Role': {
      const { name: role, ...rest } = document.spec
      await api.roles.put({ role, ...rest }, options)
      break
    }
    case 'Binding': {
      const { name: binding, ...rest } = document.spec
      await api.bindings.put({ binding, ...rest }, options)
      break
    }
    case 'Limits': {
      const { name: of, ...rest } = document.spec
      const [kind, name = ''] = of.split('/')
      await api.limits.put({ kind: LimitedKind.parse(kind), name, ...rest }, options)
    }
  }
}
