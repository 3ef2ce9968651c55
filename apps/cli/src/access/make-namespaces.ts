import { exitCodes } from '../exit-codes.ts'
import { CliError, usage } from '../failure.ts'
import type { Hub } from '../hub/open.ts'
import type { Place } from './scope.ts'

/** The namespaces to be made, if they can be named. */
export function namespacesToMake({ cluster, namespace = [] }: Place): { cluster: string; names: string[] } {
  const pattern = namespace.find(name => name.includes('*'))
  if (cluster === undefined || namespace.length === 0 || pattern !== undefined) {
    throw usage(
      pattern === undefined ? 'It does not say which namespaces.' : `"${pattern}" stands for many namespaces.`,
      'Give --cluster, and -n with a name for each namespace that is to be made.',
    )
  }
  return { cluster, names: namespace }
}

/** Makes namespaces in the name of whoever asks, by their own rights: they are theirs, and stay when Moorage goes. */
export async function makeNamespaces(
  hub: Pick<Hub, 'fetch'>,
  { cluster, names }: { cluster: string; names: string[] },
  signal: AbortSignal,
): Promise<{ name: string; made: boolean }[]> {
  const results: { name: string; made: boolean }[] = []
  for (const name of names) {
    const answer = await hub.fetch(`/k8s/${encodeURIComponent(cluster)}/api/v1/namespaces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
      signal,
    })
    const { reason, message } = (await answer.json()) as { reason?: string; message?: string }
    if (!answer.ok && reason !== 'AlreadyExists') {
      throw new CliError('namespace_not_made', exitCodes.failed, `Namespace ${name} was not made: ${message}`, {
        fix: 'The binding is there. Somebody who may has to make the namespace.',
      })
    }
    results.push({ name, made: answer.ok })
  }
  return results
}
