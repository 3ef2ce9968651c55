import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { send } from '../send.ts'
import { admitRaw } from './admit-raw.ts'

/** The page that Prometheus reads, with a bearer token as all else. */
export async function metrics(deps: ApiDeps, exchange: Exchange): Promise<void> {
  await admitRaw(deps, exchange, 'raw.metrics')
  const page = await deps.metrics.page()
  send(exchange.response, 200, page.type, page.text)
}
