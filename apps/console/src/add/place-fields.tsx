import type { FieldErrors } from './field-errors.ts'
import { TextField } from './text-field.tsx'

interface Place {
  project: string
  labels: string
}

interface PlaceFieldsProps {
  form: Place
  errors: FieldErrors
  onChange: (change: Partial<Place>) => void
}

/** Where the cluster goes in the fleet. */
export function PlaceFields({ form, errors, onChange }: PlaceFieldsProps) {
  return (
    <div className="add__pair">
      <TextField
        path="project"
        label="Project"
        value={form.project}
        error={errors.project}
        onChange={project => onChange({ project })}
      />
      <TextField
        path="labels"
        label="Labels"
        placeholder="env=prod, team=shop"
        value={form.labels}
        error={errors.labels}
        onChange={labels => onChange({ labels })}
      />
    </div>
  )
}
