import { ack } from './ack.ts'
import { aks } from './aks.ts'
import { eks } from './eks.ts'
import { eksAnywhere } from './eks-anywhere.ts'
import type { Flavour } from './flavour.ts'
import { generic } from './generic.ts'
import { gke } from './gke.ts'
import { k3s } from './k3s.ts'
import { kubeadm } from './kubeadm.ts'
import { openshift } from './openshift.ts'

/** Every flavour, by the name that the command line takes. */
export const flavours = {
  eks,
  aks,
  gke,
  ack,
  openshift,
  'eks-anywhere': eksAnywhere,
  kubeadm,
  k3s,
  generic,
} as const satisfies Record<string, Flavour>

export type FlavourName = keyof typeof flavours

/** The flavour of that name; throws a sentence with the names there are. */
export function flavourNamed(name: string): Flavour {
  const flavour = (flavours as Record<string, Flavour>)[name]
  if (!flavour) throw new Error(`there is no flavour "${name}"; there are ${Object.keys(flavours).join(', ')}`)
  return flavour
}
