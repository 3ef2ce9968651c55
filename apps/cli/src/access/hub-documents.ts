import type { openHub } from '../hub/open.ts'
import type { Document } from './documents.ts'

type Api = Awaited<ReturnType<typeof openHub>>['api']

/** All that the hub has of projects, groups, custom roles and bindings, as documents. */
export async function readHub(api: Api, signal: AbortSignal): Promise<Document[]> {
  const options = { signal }
  const [groups, projects, roles, bindings] = await Promise.all([
    api.groups.list(undefined, options),
    api.projects.list(undefined, options),
    api.roles.list(undefined, options),
    api.bindings.list({}, options),
  ])
  return [
    ...groups.items.map(({ createdAt: _, ...spec }): Document => ({ kind: 'Group', spec })),
    ...projects.items.map(({ createdAt: _, clusters, ...spec }): Document => {
      const guests = clusters.filter(({ home }) => !home).map(({ name }) => name)
      return { kind: 'Project', spec: { ...spec, clusters: guests } }
    }),
    ...roles.items
      .filter(({ builtIn }) => !builtIn)
      .map(({ builtIn: _, ...spec }): Document => ({ kind: 'Role', spec })),
    ...bindings.items.map(({ createdAt: _at, createdBy: _by, expiresAt, reason, ...spec }): Document => {
      const more = { ...(expiresAt !== null && { expiresAt }), ...(reason !== null && { reason }) }
      return { kind: 'Binding', spec: { ...spec, ...more } }
    }),
  ]
}

/** Puts one document into the hub. */
export async function putDocument(api: Api, document: Document, signal: AbortSignal): Promise<void> {
  const options = { signal }
  switch (document.kind) {
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
    }
  }
}
