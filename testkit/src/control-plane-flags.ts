import { join } from 'node:path'

/** Services' addresses. Nothing routes to them: there is no kube-proxy. The first is the API server's own. */
export const SERVICE_RANGE = '10.0.0.0/24'
export const API_SERVICE_IP = '10.0.0.1'
/** Requests per second that controllers may make: tests create thousands of objects at once. */
const CONTROLLER_QPS = 300

/** What the flags of one control plane are made from. */
export interface Layout {
  dir: string
  apiPort: number
  etcdPort: number
  etcdPeerPort: number
}

const pki = (layout: Layout, file: string) => join(layout.dir, 'pki', file)

export function etcdFlags(layout: Layout): string[] {
  const client = `http://127.0.0.1:${layout.etcdPort}`
  const peer = `http://127.0.0.1:${layout.etcdPeerPort}`
  return [
    `--data-dir=${join(layout.dir, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync', // nothing here has to survive a power failure
    '--quota-backend-bytes=8589934592', // 8 GiB: bulk tests write a lot
    '--log-level=warn',
  ]
}

/** `version`, when given, is what `/version` reports: the real one with a vendor's suffix. */
export function apiServerFlags(layout: Layout, version?: string): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${layout.etcdPort}`,
    `--secure-port=${layout.apiPort}`,
    '--bind-address=127.0.0.1',
    `--tls-cert-file=${pki(layout, 'server.crt')}`,
    `--tls-private-key-file=${pki(layout, 'server.key')}`,
    `--client-ca-file=${pki(layout, 'ca.crt')}`,
    `--service-account-key-file=${pki(layout, 'service-account.pub')}`,
    `--service-account-signing-key-file=${pki(layout, 'service-account.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    '--authorization-mode=Node,RBAC',
    `--kubelet-client-certificate=${pki(layout, 'kubelet-client.crt')}`,
    `--kubelet-client-key=${pki(layout, 'kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--requestheader-client-ca-file=${pki(layout, 'front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    `--proxy-client-cert-file=${pki(layout, 'front-proxy-client.crt')}`,
    `--proxy-client-key-file=${pki(layout, 'front-proxy-client.key')}`,
    '--allow-privileged=true',
    '--enable-bootstrap-token-auth=true',
    ...(version ? [`--version=${version}`] : []),
  ]
}

export function controllerManagerFlags(layout: Layout): string[] {
  return [
    `--kubeconfig=${join(layout.dir, 'controller-manager.kubeconfig')}`,
    `--service-account-private-key-file=${pki(layout, 'service-account.key')}`,
    `--root-ca-file=${pki(layout, 'ca.crt')}`,
    `--cluster-signing-cert-file=${pki(layout, 'ca.crt')}`,
    `--cluster-signing-key-file=${pki(layout, 'ca.key')}`,
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    '--secure-port=0', // nobody asks it
    `--kube-api-qps=${CONTROLLER_QPS}`,
    `--kube-api-burst=${CONTROLLER_QPS * 2}`,
  ]
}

export function schedulerFlags(layout: Layout): string[] {
  return [
    `--kubeconfig=${join(layout.dir, 'scheduler.kubeconfig')}`,
    '--leader-elect=false',
    '--secure-port=0',
    `--kube-api-qps=${CONTROLLER_QPS}`,
    `--kube-api-burst=${CONTROLLER_QPS * 2}`,
  ]
}
