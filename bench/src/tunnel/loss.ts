import { spawnSync } from 'node:child_process'

/** One packet in a hundred, both ways. Over loopback a packet carries up to 64 KiB, so each loss is a big one. */
const PROBABILITY = '0.01'

const rule = (change: '-A' | '-D', which: '--dport' | '--sport', port: number) => {
  const match = ['-i', 'lo', '-p', 'tcp', which, `${port}`]
  const random = ['-m', 'statistic', '--mode', 'random', '--probability', PROBABILITY]
  const { status, error, stderr } = spawnSync('iptables', ['-w', change, 'INPUT', ...match, ...random, '-j', 'DROP'], {
    encoding: 'utf8',
  })
  if (error) return error.message
  return status === 0 ? null : stderr.trim()
}

/** Loses packets of one port from now on. Resolves with why not, where the system can not; the rules end with the stack, or the process. */
export function losePackets(stack: DisposableStack | AsyncDisposableStack, port: number): string | null {
  const made: ('--dport' | '--sport')[] = []
  const end = () => {
    for (const which of made.splice(0)) rule('-D', which, port)
    process.off('exit', end)
  }
  process.once('exit', end)
  stack.defer(end)
  for (const which of ['--dport', '--sport'] as const) {
    const why = rule('-A', which, port)
    if (why !== null) return why
    made.push(which)
  }
  return null
}
