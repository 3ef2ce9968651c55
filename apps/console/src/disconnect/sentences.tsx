import { List, ListItem } from '@patternfly/react-core'

/** A headed list of sentences; nothing where there is none. */
export function Sentences({ title, sentences }: { title: string; sentences: string[] }) {
  if (sentences.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <List>
        {sentences.map(sentence => (
          <ListItem key={sentence}>{sentence}</ListItem>
        ))}
      </List>
    </section>
  )
}
