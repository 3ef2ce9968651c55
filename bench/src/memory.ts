import { readFileSync } from 'node:fs'

/** ms between two readings: a peak shorter than this may be missed, so the kernel's own high-water mark is read at the end as well. */
const EVERY = 100

/** Watches a process's resident memory (Linux: /proc/PID/status), in MB of 10⁶ bytes. */
export function watchMemory(pid: number) {
  let peak = resident(pid)
  const timer = setInterval(() => {
    peak = Math.max(peak, resident(pid))
  }, EVERY)
  return {
    stop() {
      clearInterval(timer)
      const now = resident(pid)
      return { nowMb: now, peakMb: Math.max(peak, now) }
    },
  }
}

/** A process's resident memory now, and the kernel's high-water mark of it, in MB of 10⁶ bytes. */
export function processMemory(pid: number) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024) / 1e6
  return { nowMb: mb('VmRSS'), highestMb: mb('VmHWM') }
}

const resident = (pid: number) => processMemory(pid).nowMb
