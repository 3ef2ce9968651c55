import { operationRules } from '../../access/rules.ts'
import { type Admitted, admit } from '../admit.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'

/** Lets a request for an address outside the contract in, by its rule in the same table. */
export function admitRaw(deps: ApiDeps, exchange: Exchange, action: string): Promise<Admitted> {
  const rule = operationRules[action]
  if (rule === undefined) throw new Error(`There is no rule for ${action}.`)
  return admit(deps, exchange, { rule, action, target: rule.resource, cluster: async () => undefined })
}
