import { ObjectRef } from '@moorage/contract/cluster.ts'
import { TransportError } from '@moorage/kube/errors.ts'
import { lineSplitter } from '@moorage/kube/line-splitter.ts'
import { readBounded } from '@moorage/kube/read-body.ts'
import type { RemovalProgress } from '@moorage/removal/progress.ts'
import type { TunnelRequest, TunnelResponse } from '@moorage/tunnel/pool.ts'
import { z } from 'zod'
import { MoorageError } from '../errors.ts'
import { saidPlainly } from '../said.ts'
import { AGENT_DISCONNECTED, transportFailure } from './failure.ts'
import {
  ANSWER_BYTES,
  BATCH_LINE_BYTES,
  MAX_REMOVAL_LINES,
  MAX_SCANNED,
  PULL_SILENCE_MS,
  REMOVAL_SILENCE_MS,
} from './limits.ts'
import { type FindRoute, onRoute } from './route.ts'

/** A sentence of the agent's, as it is shown and kept. */
const Sentence = z.string().transform(text => saidPlainly(text))

const Progress: z.ZodType<RemovalProgress> = z.union([
  z.object({ removed: ObjectRef }),
  z.object({ kept: ObjectRef, because: Sentence }),
  z.object({ failed: ObjectRef, message: Sentence }),
  z.object({ scan: z.array(ObjectRef).transform(all => all.slice(0, MAX_SCANNED)) }),
  z.object({ done: z.literal(true) }),
])
/** The last line of a removal that broke off in the member. */
const RemovalError = z.object({ error: Sentence })

const SettingsAnswer = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), why: Sentence })])
const ProveAnswer = z.object({
  results: z.array(z.object({ name: z.string(), refused: z.boolean(), answer: Sentence })),
})

/** What only the hub asks of an agent. Each rejects with `agent_disconnected` where none is connected. */
export interface AgentControl {
  /** The cluster's inventory as batches of the projector, unchecked, until the signal aborts. Throws when it breaks off. */
  inventory(resume: ReadonlyMap<string, string>, signal: AbortSignal): AsyncIterable<unknown>
  /** Takes objects out of the member, the agent itself last. Ends without `done` where the agent stays. */
  remove(
    request: { instance: string; objects: ObjectRef[]; keepNamespace?: boolean },
    signal: AbortSignal,
  ): AsyncIterable<RemovalProgress>
  /** Tries another address or CA of the hub, and goes over to it. */
  settings(
    change: { hubUrl?: string; ca?: string },
    signal: AbortSignal,
  ): Promise<{ ok: true } | { ok: false; why: string }>
  /** Tries requests against one wall alone. */
  prove(
    request: {
      requests: { name: string; method: string; path: string; body?: string; headers?: Record<string, string> }[]
      wall: 'agent' | 'api-server'
    },
    signal: AbortSignal,
  ): Promise<{ results: { name: string; refused: boolean; answer: string }[] }>
}

interface Posted {
  answer: TunnelResponse
  left: AbortSignal
}

export function agentControl(find: FindRoute, clusterId: string): AgentControl {
  async function post(path: string, body: unknown, signal: AbortSignal): Promise<Posted> {
    const request: TunnelRequest = {
      method: 'POST',
      path: `/-/moorage/${path}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    let linked = false
    try {
      const posted = await onRoute(find, clusterId, async route => {
        linked = route.linked()
        return { answer: await route.pool.request(request, signal), left: route.left }
      })
      if (posted.answer.status !== 200) throw await refusal(path, posted.answer)
      return posted
    } catch (error) {
      throw told(error, signal, linked)
    }
  }

  async function ask<T>(path: string, body: unknown, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const { answer } = await post(path, body, signal)
    let bytes: Buffer
    try {
      bytes = await readBounded(answer.body, ANSWER_BYTES)
    } catch (error) {
      throw told(error, signal, true)
    }
    const read = schema.safeParse(parsed(bytes))
    if (read.success) return read.data
    throw new MoorageError('unavailable', `The agent’s answer to ${path} can not be understood.`, {
      fix: 'Bring it to the hub’s version: moorage agent upgrade.',
    })
  }

  async function* read(
    path: string,
    body: unknown,
    { lineBytes, silenceMs, endless }: { lineBytes: number; silenceMs: number; endless: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<unknown, void, undefined> {
    const { answer, left } = await post(path, body, signal)
    const lines = lineSplitter(lineBytes)
    const silent = new TransportError('timeout', `The agent said nothing for ${silenceMs / 1000} s.`)
    let timer = setTimeout(() => {}, 0)
    const onLeft = () => void answer.body.destroy(new TransportError('reset', 'The tunnel moved to another process.'))
    const listen = () => {
      clearTimeout(timer)
      timer = setTimeout(() => answer.body.destroy(silent), silenceMs)
      timer.unref()
    }
    try {
      if (endless && left.aborted) onLeft()
      else if (endless) left.addEventListener('abort', onLeft, { once: true })
      listen()
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        // While the batches are stored nothing is read: the agent is not to blame for that silence.
        clearTimeout(timer)
        for (const line of lines.push(chunk)) yield JSON.parse(Buffer.from(line).toString('utf8'))
        listen()
      }
    } catch (error) {
      throw told(error, signal, true)
    } finally {
      clearTimeout(timer)
      left.removeEventListener('abort', onLeft)
      answer.body.destroy()
    }
  }

  return {
    async *inventory(resume, signal) {
      const limits = { lineBytes: BATCH_LINE_BYTES, silenceMs: PULL_SILENCE_MS, endless: true }
      yield* read('inventory', { resume: Object.fromEntries(resume) }, limits, signal)
    },
    async *remove(request, signal) {
      const limits = { lineBytes: ANSWER_BYTES, silenceMs: REMOVAL_SILENCE_MS, endless: false }
      let lines = 0
      for await (const line of read('remove', request, limits, signal)) {
        lines += 1
        if (lines > MAX_REMOVAL_LINES) throw new MoorageError('unavailable', 'The agent’s removal came to no end.')
        const ended = RemovalError.safeParse(line)
        if (ended.success) throw new MoorageError('unavailable', `The agent could not go on: ${ended.data.error}`)
        const progress = Progress.safeParse(line)
        if (progress.success) yield progress.data
      }
    },
    settings: (change, signal) => ask('settings', change, SettingsAnswer, signal),
    prove: (request, signal) => ask('prove', request, ProveAnswer, signal),
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined // no JSON: it is refused like any other answer that does not fit
  }
}

async function refusal(path: string, answer: TunnelResponse): Promise<MoorageError> {
  const bytes = await readBounded(answer.body, ANSWER_BYTES).catch(() => Buffer.alloc(0))
  if (answer.status === 404) {
    return new MoorageError('unavailable', `The agent does not know “${path}”: it is older than the hub.`, {
      fix: 'Bring it to the hub’s version: moorage agent upgrade.',
    })
  }
  const said = saidPlainly(bytes.toString('utf8'), 500)
  const sentence = `The agent answered ${answer.status} to ${path}${said === '' ? '' : `: ${said}`}`
  return new MoorageError('unavailable', sentence.endsWith('.') ? sentence : `${sentence}.`)
}

/** For people who asked: that the agent is away, or what the tunnel said. */
function told(error: unknown, signal: AbortSignal, linked: boolean): Error {
  if (error instanceof MoorageError || error instanceof SyntaxError) return error
  const failure = transportFailure(error, signal, linked)
  if (!(failure instanceof TransportError) || failure.reason === 'aborted') return failure
  const away = failure.code === AGENT_DISCONNECTED
  return new MoorageError('agent_disconnected', failure.message, {
    fix: away ? 'Look at the connections of the cluster, and whether the agent’s pod runs.' : 'Try again.',
    cause: failure,
  })
}
