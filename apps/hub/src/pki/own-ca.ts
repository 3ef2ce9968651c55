import { readTrust, retireAuthority, switchAuthority, type Trust, writeNextAuthority } from './own-tls.ts'

/** The hub's own CA, which can be changed while it runs: a next one is made, takes its place, and the one before is retired. */
export interface OwnCa {
  trust(): Promise<Trust>
  /** Null while somebody else has it: one change at a time. */
  hold(): Disposable | null
  /** Makes the next one, which is to be trusted beside the current one. */
  begin(): Promise<void>
  /** The next one signs from now on; the one before is still to be trusted. */
  switchOver(): Promise<void>
  /** The one before is trusted no longer. */
  retire(): Promise<void>
}

/** `reload` has the hub take up what is in the folder. */
export function ownCa(dir: string, deps: { now: () => Date; reload: () => Promise<void> }): OwnCa {
  let held = false
  return {
    hold: () => {
      if (held) return null
      held = true
      return {
        [Symbol.dispose]: () => {
          held = false
        },
      }
    },
    trust: () => readTrust(dir),
    begin: async () => {
      await writeNextAuthority(dir, deps.now())
      await deps.reload()
    },
    switchOver: async () => {
      await switchAuthority(dir)
      await deps.reload()
    },
    retire: async () => {
      await retireAuthority(dir)
      await deps.reload()
    },
  }
}
