import { duplexPair } from 'node:stream'
import { openPool, type TunnelRequest } from '../src/pool.ts'

/** The plainest request. */
export const get = (path = '/a'): TunnelRequest => ({ method: 'GET', path })

/** A pool of which the test plays the agent, byte by byte. */
export const played = (options: Partial<Parameters<typeof openPool>[0]> = {}) => {
  const wanted: number[] = []
  const pool = openPool({ want: connections => wanted.push(connections), ...options })
  const add = () => {
    const [hub, agent] = duplexPair()
    hub.once('close', () => agent.destroy())
    agent.once('close', () => hub.destroy())
    const one = { agent, hub, heard: '', taken: pool.add(hub) }
    agent.on('data', chunk => {
      one.heard += chunk
    })
    return one
  }
  return { pool, wanted, add }
}
