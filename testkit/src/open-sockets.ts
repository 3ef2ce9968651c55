import { readdirSync, readlinkSync } from 'node:fs'

/** Sockets that a process has open now. Linux only. */
export function openSockets(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter(fd => isSocket(`/proc/${pid}/fd/${fd}`)).length
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:')
  } catch {
    return false // closed since it was listed
  }
}
