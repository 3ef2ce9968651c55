import type { ObjectRef } from '@moorage/contract/cluster.ts'
import { List, ListItem } from '@patternfly/react-core'

/** Kubernetes objects by kind and name. */
export function ObjectList({ objects }: { objects: ObjectRef[] }) {
  return (
    <List className="objects">
      {objects.map(object => (
        <ListItem key={object.uid}>
          <code>
            {object.kind} {object.namespace === null ? '' : `${object.namespace}/`}
            {object.name}
          </code>
        </ListItem>
      ))}
    </List>
  )
}
