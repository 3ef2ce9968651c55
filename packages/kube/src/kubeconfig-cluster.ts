import type { DirectTarget } from './direct-target.ts'
import { certificateData } from './kubeconfig-data.ts'
import { flagOf, refuseField, type Section, textOf } from './kubeconfig-entries.ts'

const PROXY_SCHEMES = new Set(['http:', 'https:', 'socks5:', 'socks5h:'])

const serverOf = (cluster: Section): URL => {
  const text = textOf(cluster, 'server')
  const refuse = (message: string, fix: string) => refuseField(cluster, 'server', message, { fix })
  const right = 'It should be like https://api.example.com:6443.'
  if (text === null) throw refuse(`${cluster.path}.server is missing.`, right)
  const url = URL.parse(text)
  if (!url) throw refuse(`${cluster.path}.server is not a URL.`, right)
  if (url.protocol === 'http:') {
    const why = 'is http, by which the credential would be sent in the clear'
    throw refuse(`${cluster.path}.server ${why}.`, 'Use the https address of the API server.')
  }
  if (url.protocol !== 'https:') throw refuse(`${cluster.path}.server is not an https URL.`, right)
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      `${cluster.path}.server has a user or password in it.`,
      'Take them out: a credential belongs to the user.',
    )
  }
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
    throw refuse(`${cluster.path}.server has a query or fragment.`, right)
  }
  if (url.port === '0') throw refuse(`${cluster.path}.server has the port 0.`, right)
  return url
}

const proxyOf = (cluster: Section): URL | null => {
  const text = textOf(cluster, 'proxy-url')
  if (text === null) return null
  const url = URL.parse(text)
  const fix = 'It should be like http://proxy.example.com:3128; https and socks5 work as well.'
  if (!url || !PROXY_SCHEMES.has(url.protocol) || url.hostname === '' || url.port === '0') {
    throw refuseField(cluster, 'proxy-url', `${cluster.path}.proxy-url is not a proxy's URL.`, { fix })
  }
  return url
}

const serverNameOf = (cluster: Section): string | null => {
  const name = textOf(cluster, 'tls-server-name')
  if (name === null || /^[A-Za-z0-9_]([A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?$/.test(name)) return name
  throw refuseField(cluster, 'tls-server-name', `${cluster.path}.tls-server-name is not a host name.`)
}

/** How the cluster is dialled and proves itself. `authority` is the CA where it is not in the kubeconfig itself. */
export const clusterOf = (
  cluster: Section,
  allowInsecureTls: boolean,
  authority: string | null = null,
): { server: URL; proxyUrl: URL | null; tls: DirectTarget['tls'] } => {
  const insecureSkipVerify = flagOf(cluster, 'insecure-skip-tls-verify')
  const hasData = textOf(cluster, 'certificate-authority-data') !== null
  const ca = hasData ? certificateData(cluster, 'certificate-authority-data').pem : authority
  const field = 'insecure-skip-tls-verify'
  if (insecureSkipVerify && ca !== null) {
    throw refuseField(cluster, field, `${cluster.path} has both a CA and ${field}.`, { fix: `Take ${field} out.` })
  }
  if (insecureSkipVerify && !allowInsecureTls) {
    throw refuseField(
      cluster,
      field,
      `${cluster.path}.${field} turns off the check of whom the credential is sent to.`,
      {
        code: 'insecure_tls_refused',
        fix: 'Put the CA into certificate-authority-data instead, or say explicitly that insecure TLS is accepted.',
      },
    )
  }
  const serverName = serverNameOf(cluster)
  return {
    server: serverOf(cluster),
    proxyUrl: proxyOf(cluster),
    tls: {
      insecureSkipVerify,
      ...(ca === null ? {} : { ca }),
      ...(serverName === null ? {} : { serverName }),
    },
  }
}
