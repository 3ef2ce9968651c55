/** An object of the manifest. */
export interface ManifestObject {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels: Record<string, string>; annotations?: Record<string, string> }
  [field: string]: unknown
}
