import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from './api-client.ts'
import { program } from './binaries.ts'
import { BUSYBOX, busyboxRoot, writeImage } from './container-image.ts'
import type { ControlPlane } from './control-plane.ts'
import { eventually } from './eventually.ts'
import { kubeconfigText } from './kubeconfig.ts'
import {
  BUSYBOX_IMAGE,
  cniConfig,
  containerdConfig,
  kubeletConfig,
  type NodeLayout,
  PAUSE_IMAGE,
  socketOf,
} from './kubelet-config.ts'
import { freePort } from './ports.ts'
import { startProcess, type TestProcess, untilReady } from './process.ts'

/** ms; 5 s on an idle machine. */
const READY_WITHIN = 90_000
/** ms; pods get no grace, so this is the runtime's time to take them apart. */
const PODS_GONE_WITHIN = 30_000
/** What it takes, and the Debian package that has it. */
const NEEDED = [
  { path: '/usr/bin/containerd', from: 'containerd' },
  { path: '/usr/bin/ctr', from: 'containerd' },
  { path: '/usr/sbin/runc', from: 'runc' },
  { path: '/usr/lib/cni/bridge', from: 'containernetworking-plugins' },
  { path: BUSYBOX, from: 'busybox-static' },
]

/** A real node: pods on it are containers. */
export interface Kubelet extends AsyncDisposable {
  readonly nodeName: string
  /** An address of this machine that pods reach it by; gone when the node is stopped. */
  readonly address: string
  /** Folder with everything of it, logs included; gone when stopped. */
  readonly dir: string
  /** Loads an image archive, as `writeImage` makes it. */
  loadImage(file: string): void
  stop(): Promise<void>
}

/** Whether a kubelet can run here, and in a sentence why not. */
export function canRunKubelet(): { ok: true } | { ok: false; reason: string } {
  if (process.platform !== 'linux') return { ok: false, reason: `a kubelet runs on Linux, this is ${process.platform}` }
  if (process.getuid?.() !== 0) return { ok: false, reason: 'a kubelet needs root, and this runs as another user' }
  const missing = NEEDED.filter(({ path }) => !existsSync(path))
  if (missing.length === 0) return { ok: true }
  const packages = [...new Set(missing.map(({ from }) => from))].join(' ')
  return {
    ok: false,
    reason: `${missing.map(({ path }) => path).join(', ')} are missing; install ${packages} (on Debian: apt-get install ${packages})`,
  }
}

/** Starts containerd and a kubelet that registers with the control plane; resolves once the node is Ready. */
export async function startKubelet(controlPlane: ControlPlane, nodeName = 'real-node'): Promise<Kubelet> {
  const can = canRunKubelet()
  if (!can.ok) throw new Error(can.reason)
  const number = randomInt(1, 250) // two nodes of one machine keep apart
  const layout: NodeLayout = {
    dir: mkdtempSync(join(tmpdir(), 'moorage-node-')), // short: a socket's path may have 107 bytes
    ip: `10.98.${number}.1`,
    bridge: `moorage${number}`,
    podSubnet: `10.99.${number}.0/24`,
    port: await freePort(),
  }
  const { dir } = layout
  const ctr = (...args: string[]) =>
    execFileSync('ctr', ['-a', socketOf(layout), '-n', 'k8s.io', ...args], { encoding: 'utf8', stdio: 'pipe' })
  const running: TestProcess[] = []

  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= takeApart()
    return stopped
  }
  async function takeApart() {
    const [containerd, kubelet] = running
    if (kubelet?.running) await removePods(controlPlane, nodeName, () => ctr('tasks', 'ls', '-q').trim() === '')
    await kubelet?.stop()
    await containerd?.stop()
    running.length = 0
    killShims(socketOf(layout))
    unmountUnder(dir)
    ip('link', 'del', layout.bridge)
    ip('addr', 'del', `${layout.ip}/32`, 'dev', 'lo')
    rmSync(dir, { recursive: true, force: true })
  }

  try {
    ip('addr', 'add', `${layout.ip}/32`, 'dev', 'lo')
    mkdirSync(join(dir, 'cni'))
    writeFileSync(join(dir, 'cni', '10-pods.conflist'), cniConfig(layout))
    writeFileSync(join(dir, 'containerd.toml'), containerdConfig(layout))
    writeFileSync(join(dir, 'kubelet.yaml'), kubeletConfig(layout))
    const user = await controlPlane.ca.issue({ commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] })
    const { name, url: server, caPem: ca } = controlPlane
    writeFileSync(join(dir, 'kubeconfig'), kubeconfigText({ name, server, ca, user }), { mode: 0o600 })

    const containerd = await startProcess({
      name: 'containerd',
      command: 'containerd',
      args: ['--config', join(dir, 'containerd.toml')],
      logPath: join(dir, 'containerd.log'),
    })
    running.push(containerd)
    await untilReady([containerd], READY_WITHIN, () => ctr('version'))
    loadOwnImages(dir, ctr)

    const kubelet = await startProcess({
      name: 'kubelet',
      command: await program('kubelet'),
      args: [
        `--config=${join(dir, 'kubelet.yaml')}`,
        `--kubeconfig=${join(dir, 'kubeconfig')}`,
        `--root-dir=${join(dir, 'kubelet')}`,
        `--cert-dir=${join(dir, 'certificates')}`,
        `--node-ip=${layout.ip}`,
        `--hostname-override=${nodeName}`,
      ],
      logPath: join(dir, 'kubelet.log'),
    })
    running.push(kubelet)
    const ready = async () => {
      const node = await controlPlane.api.get(`/api/v1/nodes/${nodeName}`)
      const condition = node.status.conditions.find((each: Json) => each.type === 'Ready')
      if (condition?.status !== 'True') throw new Error(`the node is not Ready: ${condition?.message}`)
    }
    await untilReady([containerd, kubelet], READY_WITHIN, ready)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    nodeName,
    address: layout.ip,
    dir,
    loadImage: file => void ctr('images', 'import', '--snapshotter', 'native', file),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Pods are taken apart by the kubelet itself: it knows their mounts and addresses. */
async function removePods({ api }: ControlPlane, nodeName: string, gone: () => boolean): Promise<void> {
  await api.patch(`/api/v1/nodes/${nodeName}`, { spec: { unschedulable: true } }).catch(() => {}) // it may be gone
  const { items } = await api.get(`/api/v1/pods?fieldSelector=spec.nodeName=${nodeName}`).catch(() => ({ items: [] }))
  for (const { metadata } of items)
    await api
      .delete(`/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}?gracePeriodSeconds=1`)
      .catch(() => {}) // stop() cleans up what stays
  await eventually(gone, { within: PODS_GONE_WITHIN }).catch(() => {}) // as above
}

function loadOwnImages(dir: string, ctr: (...args: string[]) => string): void {
  const root = join(dir, 'busybox')
  busyboxRoot(root)
  const images = [
    { name: BUSYBOX_IMAGE, entrypoint: [] },
    { name: PAUSE_IMAGE, entrypoint: ['/bin/sleep', '2147483647'] },
  ]
  for (const image of images) {
    const file = join(dir, 'image.tar')
    writeImage(file, { ...image, root })
    ctr('images', 'import', '--snapshotter', 'native', file)
  }
}

/** Containers' keepers are no children of ours: they are known by the socket that they report to. */
function killShims(socket: string): void {
  const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  for (const line of processes) {
    if (!line.includes('containerd-shim') || !line.includes(socket)) continue
    process.kill(Number.parseInt(line, 10), 'SIGKILL')
  }
}

/** Volumes and root filesystems of pods that went the hard way. */
function unmountUnder(dir: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[4] ?? '')
    .filter(path => path.startsWith(`${dir}/`))
  for (const path of mounts.reverse()) execFileSync('umount', ['-l', path], { stdio: 'ignore' })
}

function ip(...args: string[]): void {
  try {
    execFileSync('ip', args, { stdio: 'pipe' })
  } catch (error) {
    if (args[1] === 'add') throw error // what is not there need not be deleted
  }
}
