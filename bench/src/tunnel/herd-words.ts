/** One agent that is to register. */
export interface Join {
  name: string
  token: string
}

/** To a process of the herd. */
export type HerdOrder = { join: Join } | 'start' | 'look'

/** From it; `body` is what registers the agent of that name. */
export type HerdWord = { name: string; body: object } | { linked: number } | { ready: true }
