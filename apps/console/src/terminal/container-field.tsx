import { Alert, Content, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { keys } from '../api/keys.ts'
import { containerLabel } from './pod-containers.ts'
import { isPodGone, readContainers } from './read-pod.ts'

interface ContainerFieldProps {
  cluster: string
  namespace: string
  pod: string
  chosen: string
  onChoose: (container: string) => void
  disabled: boolean
}

/** Which container. Whoever may run commands in a pod but not read it writes its name, or takes the default one. */
export function ContainerField({ cluster, namespace, pod, chosen, onChoose, disabled }: ContainerFieldProps) {
  const containers = useQuery({
    queryKey: keys.containers(cluster, namespace, pod),
    queryFn: ({ signal }) => readContainers({ cluster, namespace, pod }, signal),
    retry: false,
  })
  const found = containers.data
  useEffect(() => {
    const first = (found?.find(({ running }) => running) ?? found?.[0])?.name
    if (found !== undefined && first !== undefined && !found.some(({ name }) => name === chosen)) onChoose(first)
  }, [found, chosen, onChoose])
  if (containers.isError && isPodGone(containers.error))
    return (
      <Alert variant="danger" isInline component="h3" role="alert" title="The pod is gone">
        <Content component="p">{containers.error.message}</Content>
      </Alert>
    )
  return (
    <FormGroup label="Container" fieldId="container">
      {containers.isError ? (
        <TextInput
          id="container"
          value={chosen}
          onChange={(_event, text) => onChoose(text)}
          placeholder="the pod’s default one"
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          isDisabled={disabled}
        />
      ) : (
        <FormSelect
          id="container"
          value={chosen}
          onChange={(_event, name) => onChoose(name)}
          isDisabled={disabled || found === undefined}
        >
          {found === undefined && <FormSelectOption value={chosen} label="Reading the pod…" />}
          {found?.map(each => (
            <FormSelectOption key={each.name} value={each.name} label={containerLabel(each)} />
          ))}
        </FormSelect>
      )}
    </FormGroup>
  )
}
