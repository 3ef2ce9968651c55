import { readFileSync } from 'node:fs'
import type { Usage } from './processes.ts'

/** Ticks per second in /proc/PID/stat: USER_HZ is 100 on every Linux of today. */
const TICKS = 100

/** What a process that is not the benchmark's own has used. Linux only. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS, residentMb: (resident * 1024) / 1e6 }
}
