import type { PGlite } from '@electric-sql/pglite'
import { DatabaseError } from '../database-error.ts'
import type { QueryAnswer } from './protocol.ts'
import { type Answer, describeMessages, readAnswer, runMessages, simpleMessage } from './wire.ts'

/** The parts of PGlite that a session needs. */
export type Engine = Pick<PGlite, 'execProtocolRawStream' | 'parsers' | 'serializers'>

/** Statements whose parameters' types are remembered; the hub has some hundred, apart from searches. */
const KEPT_STATEMENTS = 500

/** Runs statements on PGlite, one at a time: a statement that was seen before takes one exchange. */
export function session(engine: Engine): (sql: string, parameters: readonly unknown[]) => Promise<QueryAnswer> {
  const known = new Map<string, number[]>()

  const exchange = async (messages: Uint8Array): Promise<Answer> => {
    const chunks: Uint8Array[] = []
    // The chunks lie in the engine's memory, which it writes over. (`execProtocolRaw` would collect them, but reads
    // every message by itself as well, and keeps it.)
    await engine.execProtocolRawStream(messages, { onRawData: chunk => void chunks.push(chunk.slice()) })
    const answer = readAnswer(Buffer.concat(chunks), engine.parsers)
    if (answer.failure !== null) throw new DatabaseError(answer.failure)
    return answer
  }

  const typesOf = async (sql: string): Promise<number[]> => {
    const kept = known.get(sql)
    if (kept !== undefined) return kept
    const { parameterTypes } = await exchange(describeMessages(sql))
    if (known.size >= KEPT_STATEMENTS) known.clear()
    known.set(sql, parameterTypes)
    return parameterTypes
  }

  const textOf = (value: unknown, type: number | undefined): string | null => {
    if (value === null || value === undefined) return null
    const serialize = type === undefined ? undefined : engine.serializers[type]
    return serialize === undefined ? String(value) : serialize(value)
  }

  return async (sql, parameters) => {
    if (parameters.length === 0) {
      // The simple protocol, as `pg` does: it takes several statements, as migrations need.
      const { rows, affected } = await exchange(simpleMessage(sql))
      return { rows, affected }
    }
    const types = await typesOf(sql)
    const texts = parameters.map((value, index) => textOf(value, types[index]))
    const { rows, affected } = await exchange(runMessages(sql, types, texts))
    return { rows, affected }
  }
}
