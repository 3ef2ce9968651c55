import { INSTANCE, isOurs, OBJECT, type Scope } from './labels.ts'
import { type Found, nameOf } from './object-ref.ts'

/** What becomes of an object. */
export interface Judged {
  /** Ours, and to be deleted. */
  removes: Found[]
  /** They go with what owns them, which is ours: such as the pods of our Deployment. */
  follows: Found[]
  /** They look like ours, by name or by label, and are not. */
  keeps: { object: Found; because: string }[]
}

/**
 * Decides by labels, and by nothing else, what is ours: manager and instance
 * together. A name, also one of the ledger, only says where to look. Of the
 * objects that carry both labels, these are still not taken for ours:
 * - what is owned by an object that is not ours: templates hand labels on;
 * - what names another object in its own annotation: it was copied from it;
 * - what a tool that copies objects between namespaces has marked as a copy.
 */
export function judge(objects: readonly Found[], scope: Scope): Judged {
  const judged: Judged = { removes: [], follows: [], keeps: [] }
  const gone = new Set<string>()
  let open = objects.filter(object => {
    const because = strange(object, scope)
    if (because !== null) judged.keeps.push({ object, because })
    else if (object.owners.length === 0) {
      judged.removes.push(object)
      gone.add(object.uid)
    } else return true
    return false
  })
  // Owners may be owned themselves: a pod by a ReplicaSet by a Deployment.
  for (let before = -1; before !== gone.size; ) {
    before = gone.size
    open = open.filter(object => {
      if (!object.owners.every(({ uid }) => gone.has(uid))) return true
      judged.follows.push(object)
      gone.add(object.uid)
      return false
    })
  }
  for (const object of open) {
    const owner = object.owners.find(({ uid }) => !gone.has(uid))
    judged.keeps.push({
      object,
      because: `it belongs to ${owner?.kind} ${owner?.name}, which is not of this Moorage`,
    })
  }
  return judged
}

/** Why an object is not ours by what it says of itself; null where it is. */
function strange(object: Found, scope: Scope): string | null {
  if (!isOurs(object.labels, scope)) return notOurs(object, scope)
  // What is owned goes by its owner. Deployments hand their annotations on to what they own.
  if (object.owners.length > 0) return null
  const original = object.annotations[OBJECT]
  if (original !== undefined && original !== nameOf(object)) return `it is a copy of ${original}`
  return COPIERS.some(mark => mark in object.annotations || mark in object.labels)
    ? 'it is a copy that another program made'
    : null
}

function notOurs({ labels }: Found, scope: Scope): string {
  const instance = labels[INSTANCE]
  return instance !== undefined && 'instance' in scope && instance !== scope.instance
    ? `it is of another Moorage hub (${instance.slice(0, 64)})`
    : 'it does not carry the labels of this Moorage, so somebody else made it or took it over'
}

/** What Reflector, Config Syncer and the hierarchical namespaces put on the copies that they make. */
const COPIERS = ['reflector.v1.k8s.emberstack.com/reflects', 'kubed.appscode.com/origin', 'hnc.x-k8s.io/inherited-from']
