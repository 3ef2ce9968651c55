import type { Duplex } from 'node:stream'
import type { RequestHead } from '@moorage/tunnel/head.ts'
import type { Handling } from '@moorage/tunnel/serve.ts'
import { OWN_PATHS, refusal } from '../serve/handler.ts'
import type { Inventory } from './inventory.ts'
import { answerJson, answerLines } from './json.ts'
import type { Removal } from './remove.ts'

/** What the hub can ask of the agent itself. */
export interface OwnWork {
  link(socket: Duplex): void
  inventory: Inventory
  removal: Removal
  settings(asked: Record<string, unknown>, signal: AbortSignal): Promise<object>
  prove(asked: Record<string, unknown>, signal: AbortSignal): Promise<object>
}

/** The protocol that the link's upgrade asks for. */
export const LINK_PROTOCOL = 'moorage-link'

/** Answers what is below `/-/moorage/`; null where there is nothing by that name. */
export const ownPaths =
  (work: OwnWork) =>
  ({ method, path, upgrade }: RequestHead): Handling | null => {
    const name = path.startsWith(`${OWN_PATHS}/`) ? path.slice(OWN_PATHS.length + 1) : ''
    if (name === 'link') {
      if (method !== 'GET' || upgrade !== LINK_PROTOCOL) {
        return refusal(400, 'BadRequest', `The link is opened by a GET with Upgrade: ${LINK_PROTOCOL}.`)
      }
      return { do: 'upgrade', protocol: LINK_PROTOCOL, take: work.link }
    }
    const answer = answers(work)[name]
    if (answer === undefined) return null
    return method === 'POST' && upgrade === null
      ? answer()
      : refusal(405, 'MethodNotAllowed', 'The agent is asked for this by POST.')
  }

const answers = (work: OwnWork): Record<string, () => Handling> => ({
  inventory: () => answerLines(work.inventory.pull),
  remove: () => answerLines(work.removal.answer),
  settings: () => answerJson(work.settings, why => ({ ok: false, why })),
  prove: () => answerJson(work.prove, why => ({ results: [], error: why })),
})
