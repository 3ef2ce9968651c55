import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Duplex, Readable } from 'node:stream'
import type { Json } from './api-client.ts'
import type { ControlPlane } from './control-plane.ts'

const NODE = 'played'
/** Bytes that a log gives at a time. */
const LOG_PIECE = 64 * 1024

/** A node's kubelet, as far as streams need one: exec echoes what it is sent, and the log is as long as is asked for. */
export interface PlayedKubelet extends AsyncDisposable {
  /** Path of its pod. */
  readonly pod: string
  /** Exec sessions that are open now. */
  readonly execs: number
  /** Logs that are being read now. */
  readonly logs: number
  /** How long the log is from now on, in bytes. */
  logBytes: number
}

/** The log's bytes at an offset: no two pieces are alike, so that none can be lost or come twice unseen. */
export const logPiece = (offset: number): Buffer => {
  const piece = Buffer.alloc(LOG_PIECE, 'a')
  piece.write(`${offset}\n`, 'latin1')
  return piece
}

/** Starts one in the cluster, with a node and a pod in the namespace `played`. The API server passes on to it what is asked of that pod. */
export async function startPlayedKubelet(plane: ControlPlane): Promise<PlayedKubelet> {
  const server = https.createServer(await plane.ca.issue({ commonName: NODE, hosts: ['127.0.0.1'] }))
  const execs = new Set<Duplex>()
  const logs = new Set<ServerResponse>()
  const sockets = new Set<Duplex>()
  server.on('secureConnection', (socket: Duplex) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // The API server passes an upgrade to SPDY on as it is, and then the bytes: whatever they are.
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    execs.add(socket)
    socket.on('error', () => {}) // it closes then
    socket.once('close', () => execs.delete(socket))
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${request.headers.upgrade}\r\n\r\n`,
    )
    if (head.length > 0) socket.write(head)
    socket.pipe(socket)
  })
  server.on('request', (_request, response) => {
    logs.add(response)
    response.once('close', () => logs.delete(response))
    Readable.from(log()).pipe(response)
  })
  function* log() {
    for (let offset = 0; offset < kubelet.logBytes; offset += LOG_PIECE) yield logPiece(offset)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await createPod(plane, (server.address() as AddressInfo).port)

  const kubelet: PlayedKubelet = {
    pod: '/api/v1/namespaces/played/pods/pod',
    get execs() {
      return execs.size
    },
    get logs() {
      return logs.size
    },
    logBytes: 1024 * LOG_PIECE,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return kubelet
}

async function createPod({ api }: ControlPlane, port: number): Promise<void> {
  const node: Json = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: NODE },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  }
  await api.create('/api/v1/nodes', node)
  await api.patch(`/api/v1/nodes/${NODE}/status`, { status: node.status })
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'played' } })
  await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'played' } })
  await api.create('/api/v1/namespaces/played/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod' },
    spec: { nodeName: NODE, automountServiceAccountToken: false, containers: [{ name: 'main', image: 'none' }] },
  })
}
