import { stringify } from 'yaml'

/** The image that holds a pod's namespaces. */
export const PAUSE_IMAGE = 'docker.io/testkit/pause:1'
/** A shell and its tools, for pods of tests; use it with `imagePullPolicy: Never`. */
export const BUSYBOX_IMAGE = 'docker.io/testkit/busybox:1'

/** Folders and addresses of one real node. */
export interface NodeLayout {
  dir: string
  /** Not of 127/8, which kubelets refuse; an alias of the loopback interface. */
  ip: string
  bridge: string
  podSubnet: string
  port: number
}

export const socketOf = (layout: NodeLayout) => `${layout.dir}/containerd.sock`

/** containerd's configuration: everything of it in the node's own folder. */
export function containerdConfig(layout: NodeLayout): string {
  const { dir } = layout
  return `version = 2
root = "${dir}/containerd"
state = "${dir}/containerd-state"
[grpc]
  address = "${socketOf(layout)}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  # runc dies where lowering the score is not permitted.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    # Overlays do not stack everywhere; the images here are small.
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${dir}/cni"
`
}

export function cniConfig(layout: NodeLayout): string {
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: layout.bridge,
    plugins: [
      {
        type: 'bridge',
        bridge: layout.bridge,
        isGateway: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: `${layout.dir}/cni-state`,
          ranges: [[{ subnet: layout.podSubnet }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  })
}

export function kubeletConfig(layout: NodeLayout): string {
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: layout.ip,
    port: layout.port,
    healthzPort: 0,
    containerRuntimeEndpoint: `unix://${socketOf(layout)}`,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false, // the machine's own rules are left alone
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
    },
    imageGCHighThresholdPercent: 100,
    volumePluginDir: `${layout.dir}/volume-plugins`,
    shutdownGracePeriod: '0s',
  })
}
