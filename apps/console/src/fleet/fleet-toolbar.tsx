import type { Cluster } from '@moorage/contract/cluster.ts'
import {
  Button,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  SearchInput,
  TextInput,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core'
import { plural } from '../format/quantity.ts'
import { type FleetFilter, isOpen, projectsOf } from './filter.ts'

interface FleetToolbarProps {
  clusters: Cluster[]
  kept: number
  filter: FleetFilter
  selectorError: string | null
  onFilter: (filter: Partial<FleetFilter>) => void
}

/** What narrows the fleet: words, project and a label selector. Phases are in the summary above. */
export function FleetToolbar({ clusters, kept, filter, selectorError, onFilter }: FleetToolbarProps) {
  const projects = projectsOf(clusters)
  return (
    <Toolbar aria-label="Filters of the fleet" className="fleet-toolbar">
      <ToolbarContent>
        <ToolbarItem className="fleet-toolbar__text">
          <SearchInput
            aria-label="Filter by words"
            placeholder="Filter by name, version, platform, label…"
            value={filter.text}
            onChange={(_event, text) => onFilter({ text })}
            onClear={() => onFilter({ text: '' })}
          />
        </ToolbarItem>
        <ToolbarItem>
          <FormSelect
            aria-label="Filter by project"
            value={filter.project}
            onChange={(_event, project) => onFilter({ project })}
          >
            <FormSelectOption value="" label="All projects" />
            {projects.map(project => (
              <FormSelectOption key={project} value={project} label={project} />
            ))}
          </FormSelect>
        </ToolbarItem>
        <ToolbarItem className="fleet-toolbar__selector">
          <TextInput
            aria-label="Filter by label selector"
            placeholder="Label selector: env=prod,tier!=test"
            value={filter.selector}
            onChange={(_event, selector) => onFilter({ selector })}
            validated={selectorError === null ? 'default' : 'error'}
            aria-describedby="selector-error"
            spellCheck={false}
          />
          <FormHelperText id="selector-error" aria-live="polite">
            {selectorError !== null && (
              <HelperText>
                <HelperTextItem variant="error">{selectorError}</HelperTextItem>
              </HelperText>
            )}
          </FormHelperText>
        </ToolbarItem>
        {!isOpen(filter) && (
          <ToolbarItem>
            <Button variant="link" onClick={() => onFilter({ text: '', phases: [], project: '', selector: '' })}>
              Clear filters
            </Button>
          </ToolbarItem>
        )}
        <ToolbarItem align={{ default: 'alignEnd' }} className="fleet-toolbar__count">
          <span role="status">
            {kept === clusters.length
              ? plural(clusters.length, 'cluster')
              : `${kept} of ${plural(clusters.length, 'cluster')}`}
          </span>
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  )
}
