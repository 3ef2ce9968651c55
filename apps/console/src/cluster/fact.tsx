import type { Detected } from '@moorage/contract/cluster.ts'
import {
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  List,
  ListItem,
} from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { platformName } from '../fleet/platform.ts'

type FactProps = { term: string } & (
  | { detected: Detected; children?: never }
  | { detected?: never; children: ReactNode }
)

/** One fact; with `detected` also the evidence that led to it. */
export function Fact({ term, detected, children }: FactProps) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{detected ? <Evidence detected={detected} /> : children}</DescriptionListDescription>
    </DescriptionListGroup>
  )
}

function Evidence({ detected }: { detected: Detected }) {
  return (
    <>
      <strong>{platformName(detected.value) ?? 'not found out'}</strong>
      {detected.evidence.length > 0 && (
        <List isPlain className="evidence quiet" aria-label="Evidence">
          {detected.evidence.map(sentence => (
            <ListItem key={sentence}>{sentence}</ListItem>
          ))}
        </List>
      )}
      {detected.limited && <p className="evidence quiet">Some evidence was out of reach of the credential.</p>}
    </>
  )
}
