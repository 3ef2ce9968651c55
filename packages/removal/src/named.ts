import { KubeStatusError } from '@moorage/kube/errors.ts'
import { apiVersionOf } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { inTurn } from './in-turn.ts'
import { AT_ONCE, type Kind } from './kinds.ts'
import { look } from './look.ts'
import type { Found, ObjectRef } from './object-ref.ts'

/** What is there by the names of a list. */
export interface Named {
  found: Found[]
  /** Nothing is there by that name, or its kind is no longer served. */
  absent: ObjectRef[]
  /** It could not be looked at. */
  hidden: { ref: ObjectRef; message: string }[]
}

/** Looks for objects by name. `Found` carries what is there now, which may be another object than the one meant. */
export async function lookForAll(
  transport: KubeTransport,
  kinds: readonly Kind[],
  refs: readonly ObjectRef[],
  signal: AbortSignal,
): Promise<Named> {
  const named: Named = { found: [], absent: [], hidden: [] }
  await inTurn(refs, AT_ONCE, async ref => {
    const kind = kindOf(kinds, ref)
    if (kind === undefined) return void named.absent.push(ref)
    try {
      const found = await look(transport, kind, ref, signal)
      if (found) named.found.push(found)
      else named.absent.push(ref)
    } catch (error) {
      if (!(error instanceof KubeStatusError)) throw error
      named.hidden.push({ ref, message: error.message })
    }
  })
  return named
}

/** The kind that a reference means. Its version may no longer be served: the group's other one shows the same object. */
function kindOf(kinds: readonly Kind[], { apiVersion, kind }: ObjectRef): Kind | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const able = kinds.filter(each => each.kind === kind && each.group === group)
  return able.find(each => apiVersionOf(each) === apiVersion) ?? able[0]
}
