/** Where a node stands and what it is, as its labels say. Older clusters have only the second label of each. */
const labels = {
  region: ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'],
  zone: ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'],
  instanceType: ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'],
} as const

export interface Place {
  region: string | null
  zone: string | null
  instanceType: string | null
}

/** Region and zone where labels are missing but the providerID names them. */
function placeOfProviderId(providerId: string): { region: string | null; zone: string | null } {
  const aws = /^aws:\/\/\/((?:[a-z]+-)+\d+)([a-z])\/i-/.exec(providerId)
  if (aws !== null) return { region: aws[1] ?? null, zone: `${aws[1]}${aws[2]}` }
  const google = /^gce:\/\/[^/]+\/((?:[a-z]+-)+[a-z]+\d+)-([a-z])\//.exec(providerId)
  if (google !== null) return { region: google[1] ?? null, zone: `${google[1]}-${google[2]}` }
  const alibaba = /^(?:alicloud:\/\/)?((?:[a-z]+-)+[a-z0-9]+)\.i-/.exec(providerId)
  if (alibaba !== null) return { region: alibaba[1] ?? null, zone: null }
  return { region: null, zone: null }
}

/** Region, zone and instance type of a node: from labels, else from its providerID. */
export function placeOf(of: Readonly<Record<string, string>>, providerId: string | null): Place {
  const label = (keys: readonly string[]) => keys.map(key => of[key]).find(value => value) ?? null
  const fallback = placeOfProviderId(providerId ?? '')
  return {
    region: label(labels.region) ?? fallback.region,
    zone: label(labels.zone) ?? fallback.zone,
    instanceType: label(labels.instanceType),
  }
}
