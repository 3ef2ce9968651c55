import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A TCP connection that a process has open. */
export interface OpenSocket {
  localPort: number
  remotePort: number
}

const LISTENING = '0A'

/** TCP connections that a process has open now, also those whose other side is gone. Linux only. */
export function openSockets(pid: number): OpenSocket[] {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).map(fd => inodeOf(`/proc/${pid}/fd/${fd}`)))
  return ['tcp', 'tcp6'].flatMap(family =>
    readFileSync(`/proc/${pid}/net/${family}`, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state !== LISTENING && own.has(inode))
      .map(([, local = '', remote = '']) => ({ localPort: portOf(local), remotePort: portOf(remote) })),
  )
}

const portOf = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16)

function inodeOf(path: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1]
  } catch {
    return undefined // closed since it was listed
  }
}
