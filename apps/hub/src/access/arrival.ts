import type { Identity } from '@moorage/contract/hub.ts'
import type { Way } from '@moorage/contract/limits.ts'

/** By what and from where a request has come. */
export interface Arrival {
  way: Way
  /** Of the peer; null where somebody only asks what would be, and does not say from where. */
  address: string | null
}

/**
 * Whoever asks, with how they have come: `authenticate` says so of every request. Without it nobody asks, and it is
 * only weighed who has which rights: then there is no moment, place or way to judge by limits.
 */
export interface Asker extends Identity {
  arrival?: Arrival | undefined
}

/** The same somebody, who has come by another way than their credential tells. */
export const arrivedBy = <T extends Asker>(who: T, way: Way): T =>
  who.arrival === undefined ? who : { ...who, arrival: { ...who.arrival, way } }

/** The same somebody, at this address. */
export const arrivedFrom = <T extends Asker>(who: T, address: string): T =>
  who.arrival === undefined ? who : { ...who, arrival: { ...who.arrival, address } }
