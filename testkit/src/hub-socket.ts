import { readFileSync } from 'node:fs'
import { Agent, WebSocket } from 'undici'
import type { HubProcess } from './hub-process.ts'

/** Opens a WebSocket to a hub with its token, as a program would. */
export async function openHubSocket(
  { url, token, caPath }: Pick<HubProcess, 'url' | 'token' | 'caPath'>,
  path: string,
  protocols: readonly string[],
): Promise<AsyncDisposable & { socket: WebSocket }> {
  const dispatcher = new Agent({ connect: { ca: readFileSync(caPath, 'utf8') } })
  const headers = { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, {
    protocols: [...protocols],
    headers,
    dispatcher,
  })
  socket.binaryType = 'arraybuffer'
  const failed = new Promise<never>((_, reject) =>
    socket.addEventListener('error', () => reject(new Error(`${path} was not opened.`)), { once: true }),
  )
  await Promise.race([new Promise(resolve => socket.addEventListener('open', resolve, { once: true })), failed])
  failed.catch(() => {})
  return {
    socket,
    async [Symbol.asyncDispose]() {
      socket.close()
      await dispatcher.destroy()
    },
  }
}
