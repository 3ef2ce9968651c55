import type { ImportPreview } from '@moorage/contract/agent.ts'
import { List, ListItem } from '@patternfly/react-core'

/** What an import asks of the cluster's owner, in the words of the API. */
export function ImportWords({ creates, rights, notes }: Pick<ImportPreview, 'creates' | 'rights' | 'notes'>) {
  return (
    <div className="words">
      {notes.length > 0 && (
        <section>
          <h3>Worth knowing</h3>
          <List>
            {notes.map(note => (
              <ListItem key={note}>{note}</ListItem>
            ))}
          </List>
        </section>
      )}
      <section>
        <h3>What the agent may do</h3>
        <List>
          {rights.map(right => (
            <ListItem key={right} className="breakable">
              {right}
            </ListItem>
          ))}
        </List>
      </section>
      <section>
        <h3>What it creates</h3>
        <List>
          {creates.map(({ kind, namespace, name }) => (
            <ListItem key={`${kind} ${namespace} ${name}`} className="breakable">
              {kind} {namespace === null ? name : `${namespace}/${name}`}
            </ListItem>
          ))}
        </List>
      </section>
    </div>
  )
}
