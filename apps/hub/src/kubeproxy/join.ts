import type { Duplex } from 'node:stream'

/** What stands in each direction, and sees what passes. */
export type Between = { fromClient: Duplex; fromMember: Duplex } | null

/** What a client has to read the rest, once its session is over, in ms. */
const LINGER_MS = 5_000

/** Passes one direction on at the pace of the slower side. Resolves when all of it was written, or `to` takes no more. */
const pass = (from: Duplex, between: Duplex | null, to: Duplex): Promise<void> =>
  new Promise(resolve => {
    const first = between ?? to
    // What broke off has no end of its own; what came before is still delivered.
    from.once('close', () => {
      if (!from.readableEnded) first.end()
    })
    to.once('finish', resolve)
    to.once('close', () => {
      // Nobody takes it any more, and it must not hold up the other direction.
      from.unpipe()
      between?.destroy()
      from.resume()
      resolve()
    })
    if (between !== null) {
      between.on('error', () => {})
      between.pipe(to)
    }
    from.pipe(first)
  })

/**
 * Passes bytes both ways until one of the two ends. A member that ends has its
 * last bytes delivered first: a command’s output and exit code are among them.
 */
export async function join(client: Duplex, member: Duplex, between: Between): Promise<void> {
  for (const end of [client, member]) end.on('error', () => {}) // Its close says enough.
  if (client.destroyed) member.destroy()
  client.once('close', () => member.destroy())
  void pass(client, between?.fromClient ?? null, member)
  await pass(member, between?.fromMember ?? null, client)
  member.destroy()
  if (client.closed) return
  const timer = setTimeout(() => client.destroy(), LINGER_MS)
  await new Promise(resolve => client.once('close', resolve))
  clearTimeout(timer)
}
