import { generateKeyPair } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { API_SERVICE_IP } from './control-plane-flags.ts'
import { createCa, type KeyPairPem, type TinyCa } from './tiny-ca.ts'

/** Bits; what managed clusters sign ServiceAccount tokens with. */
const TOKEN_KEY_BITS = 2048

/** The keys of one control plane that the testbed itself goes on using. */
export interface ControlPlanePki {
  ca: TinyCa
  admin: KeyPairPem
  controllerManager: KeyPairPem
  scheduler: KeyPairPem
}

/** Makes all keys and certificates of a control plane and writes those that its processes read to `<dir>/pki`. */
export async function createPki(dir: string, hosts: readonly string[]): Promise<ControlPlanePki> {
  const [ca, frontProxyCa, tokens] = await Promise.all([
    createCa('kubernetes'),
    createCa('front-proxy-ca'),
    promisify(generateKeyPair)('rsa', {
      modulusLength: TOKEN_KEY_BITS,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }),
  ])
  const client = (commonName: string, ...organizations: string[]) => ca.issue({ commonName, organizations })
  const [server, kubeletClient, frontProxyClient, admin, controllerManager, scheduler] = await Promise.all([
    ca.issue({
      commonName: 'kube-apiserver',
      hosts: [
        '127.0.0.1',
        'localhost',
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
        API_SERVICE_IP,
        ...hosts,
      ],
    }),
    client('kube-apiserver-kubelet-client', 'system:masters'),
    frontProxyCa.issue({ commonName: 'front-proxy-client' }),
    client('kubernetes-admin', 'system:masters'),
    client('system:kube-controller-manager'),
    client('system:kube-scheduler'),
  ])
  mkdirSync(join(dir, 'pki'), { recursive: true })
  const files: Record<string, string> = {
    'ca.crt': ca.certPem,
    'ca.key': ca.keyPem,
    'front-proxy-ca.crt': frontProxyCa.certPem,
    'server.crt': server.cert,
    'server.key': server.key,
    'kubelet-client.crt': kubeletClient.cert,
    'kubelet-client.key': kubeletClient.key,
    'front-proxy-client.crt': frontProxyClient.cert,
    'front-proxy-client.key': frontProxyClient.key,
    'service-account.pub': tokens.publicKey,
    'service-account.key': tokens.privateKey,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, 'pki', name), text, { mode: 0o600 })
  return { ca, admin, controllerManager, scheduler }
}
