import type { Readable } from 'node:stream'
import { readBounded } from '@moorage/kube/read-body.ts'
import type { Handling } from '@moorage/tunnel/serve.ts'
import { BODY_BYTES } from '../limits.ts'
import { wordsOf } from '../log.ts'

/** Reads a JSON object. Throws where it is none, or too long. */
async function readJson(body: Readable): Promise<Record<string, unknown>> {
  const bytes = await readBounded(body, BODY_BYTES)
  const value: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TypeError('The body is not a JSON object.')
}

type Asked = Record<string, unknown>

/** An answer as one JSON object. What fails is answered as `failed` says it. */
export const answerJson = (
  work: (asked: Asked, signal: AbortSignal) => Promise<object>,
  failed: (why: string) => object,
): Handling => ({
  do: 'answer',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: async ({ body, signal }) => {
    try {
      return JSON.stringify(await work(await readJson(body), signal))
    } catch (error) {
      return JSON.stringify(failed(wordsOf(error)))
    }
  },
})

/** An answer as lines of JSON, for as long as they come. */
export const answerLines = (work: (asked: Asked, signal: AbortSignal) => Readable): Handling => ({
  do: 'answer',
  status: 200,
  headers: { 'content-type': 'application/x-ndjson' },
  body: async ({ body, signal }) => work(await readJson(body), signal),
})
