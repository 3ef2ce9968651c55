import { usage } from '../failure.ts'

const LOOPBACK = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/
const like = (text: string) => `Write it like https://${/^[\w.-]+(:\d+)?$/.test(text) ? text : 'moorage.example.org'}.`

/** Where agents are to dial the hub: what none of them would take is refused before any is asked. */
export function parseHubAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.hostname === '') {
    throw usage(`"${text}" is not the URL of a hub.`, like(text))
  }
  if (url.username !== '' || url.password !== '') {
    throw usage('The URL of a hub has no user and password.', 'Agents prove themselves by their keys: leave both out.')
  }
  if (url.search !== '' || url.hash !== '') {
    throw usage(`"${text}" has more than a scheme, host, port and path.`, 'Leave out what comes from the ? or # on.')
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw usage(
      `"${text}" would send what agents say in the clear.`,
      `${like(url.host)} Only a hub on the same machine is dialled by http.`,
    )
  }
  return text
}
