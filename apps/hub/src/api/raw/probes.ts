import { MoorageError } from '../../errors.ts'
import { storeAnswers } from '../../store/probe.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { READY_TIMEOUT_MS } from '../limits.ts'
import { send } from '../send.ts'

/** The process runs and answers. Says nothing about the database, whose outage a restart would not mend. */
export async function livez(_deps: ApiDeps, exchange: Exchange): Promise<void> {
  send(exchange.response, 200, 'text/plain; charset=utf-8', 'ok\n')
}

/** Requests can be answered: the database does, and the hub does not stop. */
export async function readyz(deps: ApiDeps, exchange: Exchange): Promise<void> {
  if (deps.leaving.aborted) throw new MoorageError('unavailable', 'The hub is stopping.')
  if (!(await storeAnswers(deps.store.db, READY_TIMEOUT_MS))) {
    throw new MoorageError('unavailable', 'The hub’s database does not answer.', {
      fix: 'Look at the database; the hub goes on by itself once it answers.',
    })
  }
  send(exchange.response, 200, 'text/plain; charset=utf-8', 'ok\n')
}
