import { MoorageError } from '../errors.ts'
import { findJoinToken, type JoinTokenRow } from '../store/join-tokens.ts'
import type { AgentDeps } from './deps.ts'
import { hashJoinToken, isJoinToken } from './join-token.ts'

export const invalidToken = (why: string) =>
  new MoorageError('join_token_invalid', `The join token ${why}.`, {
    fix: 'Import the cluster again under its name, and apply the new manifest.',
  })

/** The token with this text, also one that is spent. One that is unknown, withdrawn or expired is refused. */
export async function readJoinToken(deps: Pick<AgentDeps, 'store' | 'now'>, text: string): Promise<JoinTokenRow> {
  const token = isJoinToken(text) ? await findJoinToken(deps.store.db, hashJoinToken(text)) : undefined
  if (token === undefined) throw invalidToken('is unknown: it was replaced by a newer one, or its cluster is gone')
  if (token.used_at === null && token.expires_at <= deps.now()) {
    throw invalidToken(`expired at ${token.expires_at.toISOString()}`)
  }
  return token
}

/** The same, for what only a token that nobody has used opens. */
export async function readUnusedJoinToken(deps: Pick<AgentDeps, 'store' | 'now'>, text: string): Promise<JoinTokenRow> {
  const token = await readJoinToken(deps, text)
  if (token.used_at !== null)
    throw invalidToken(`was used at ${token.used_at.toISOString()}; it is good for one cluster`)
  return token
}
