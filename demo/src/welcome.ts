import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import type { Member } from './members.ts'

/** What to do next: the console, and commands to paste. */
export function welcome(hub: HubProcess, members: readonly Member[]): string {
  const first = members[0]?.name ?? 'NAME'
  const full = members.find(({ way }) => way === 'agent, full')?.name ?? first
  return `
Console   ${hub.url}
          Its certificate is by a CA of its own, so the browser asks once.
Token     ${hub.token}

In another terminal, in this folder:
  export MOORAGE_URL=${hub.url} MOORAGE_TOKEN=${hub.token} MOORAGE_CA=${hub.caPath}
  ./run moorage cluster list
  ./run moorage cluster describe ${first}
  ./run moorage search 'kind:Pod status:CrashLoopBackOff'
  ./run moorage cluster watch
  ./run moorage cluster prove ${first}
  ./run moorage kubectl ${full} -- get pods -n shop   # needs kubectl on the PATH
  ./run moorage audit list

How each came here, and its own kubeconfig:
${members.map(member => `  ${member.name.padEnd(10)} ${member.way.padEnd(18)} ${member.plane.kubeconfigPath}`).join('\n')}

Ctrl-C stops everything and leaves nothing running.
`
}
