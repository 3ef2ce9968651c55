import { Skeleton } from '@patternfly/react-core'
import { Td, Tr } from '@patternfly/react-table'

const ROWS = ['a', 'b', 'c', 'd', 'e']
const WIDTHS = ['80%', '55%', '65%', '45%', '70%', '60%']

/** Grey bars where rows will be. */
export function SkeletonRows({ columns }: { columns: number }) {
  return ROWS.map((row, y) => (
    <Tr key={row} aria-hidden="true">
      {Array.from({ length: columns }, (_, x) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars never change places
        <Td key={x}>
          <Skeleton
            width={WIDTHS[(x + y) % WIDTHS.length] ?? '60%'}
            {...(x + y === 0 && { screenreaderText: 'Loading' })}
          />
        </Td>
      ))}
    </Tr>
  ))
}
