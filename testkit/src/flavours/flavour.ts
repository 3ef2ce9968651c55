import type { Json } from '../api-client.ts'

/** A machine size as a cloud sells it. */
export interface InstanceType {
  name: string
  cpu: number
  memoryGi: number
}

/** What a flavour knows of the node it names. */
export interface NodePlace {
  cluster: string
  index: number
  zone: string
  type: InstanceType
  /** Hexadecimal, long, and always the same for the same cluster and index: what ids are cut from. */
  id: string
}

export interface NodeIdentity {
  name: string
  labels: Record<string, string>
  annotations?: Record<string, string>
  providerID?: string
  taints?: { key: string; value?: string; effect: string }[]
}

/** What clusters of one distribution look like from the outside. */
export interface Flavour {
  name: string
  /** Appended to the version that API server and kubelets report. */
  versionSuffix: string
  region: string
  zones: readonly string[]
  instanceTypes: readonly InstanceType[]
  osImage: string
  kernel: string
  runtime: string
  /** Whether nodes carry the well-known labels of region, zone and instance type. */
  topology: boolean
  /** What makes a detector say so: for tests of detection, and for people. */
  evidence: readonly string[]
  node(place: NodePlace): NodeIdentity
  /** Namespaces, CRDs and objects that such a cluster comes with, in the order of creation. */
  objects(cluster: string): Json[]
}
