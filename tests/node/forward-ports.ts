import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { program } from '@moorage/testkit/binaries.ts'
import { freePort } from '@moorage/testkit/ports.ts'

/** Ports of this machine that are forwarded, those of one kubectl together. */
export interface Forwarded extends AsyncDisposable {
  ports: number[][]
}

/** Has so many kubectl forward so many ports each to one of a pod. They are ready a moment later. */
export async function forwardPorts(
  kubeconfig: string,
  pod: string,
  { port, times, each }: { port: number; times: number; each: number },
): Promise<Forwarded> {
  const free = await Promise.all(Array.from({ length: times * each }, () => freePort()))
  const ports = Array.from({ length: times }, (_, at) => free.slice(at * each, (at + 1) * each))
  const kubectl = await program('kubectl')
  const running = ports.map(own => {
    const pairs = own.map(local => `${local}:${port}`)
    const args = ['--kubeconfig', kubeconfig, 'port-forward', pod, ...pairs, '--address', '127.0.0.1']
    return spawn(kubectl, args, { stdio: 'ignore' })
  })
  const end = async (one: (typeof running)[number]) => {
    const closed = once(one, 'close')
    one.kill()
    await closed
  }
  return { ports, [Symbol.asyncDispose]: async () => void (await Promise.all(running.map(end))) }
}
