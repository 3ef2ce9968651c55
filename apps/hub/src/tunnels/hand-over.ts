import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@moorage/tunnel/clock.ts'
import type { Store } from '../store/store.ts'
import { heldElsewhere } from '../store/tunnels.ts'
import { HAND_OVER_LOOK_MS, HAND_OVER_MS } from './limits.ts'

export interface HandOverDeps {
  store: Pick<Store, 'db' | 'engine'>
  replica: string
  clock: Pick<Clock, 'now'>
  /** Clusters whose agents are connected here. */
  held: () => readonly string[]
}

/** Resolves when the agents that are connected here are connected to other replicas too. At once where there is no other, and in any case in time. */
export async function handOver({ store, replica, clock, held }: HandOverDeps): Promise<void> {
  if (store.engine !== 'postgres') return
  const until = clock.now() + HAND_OVER_MS
  while (clock.now() < until) {
    const here = held()
    if (here.length === 0) return
    const elsewhere = await heldElsewhere(store.db, replica, here)
    if (elsewhere === null || here.every(id => elsewhere.has(id))) return
    await sleep(HAND_OVER_LOOK_MS)
  }
}
