import { createHmac } from 'node:crypto'
import type { AuditLine } from '@moorage/contract/audit.ts'
import { Agent, request } from 'undici'
import { type Delivery, DeliveryError, TAKE_MS, type Way } from './delivery.ts'
import { otlpLogs } from './otlp-logs.ts'

/** Bytes of an answer that are read; of most only the status counts. */
const ANSWER_BYTES = 64 * 1024
/** Longest wait that a target may ask for, in ms. */
const LONGEST_RETRY_AFTER_MS = 300_000

/** What a target asked for by `Retry-After`, in seconds or as a date. */
export function retryAfterMs(header: string | string[] | undefined, now: number): number {
  if (typeof header !== 'string') return 0
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : 0
}

/** What a webhook checks: over the time too, so that an old body can not be sent again. */
export const signature = (key: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`

async function readAnswer(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Records that a collector says it threw away. It has them, so to say: sending them again would not help. */
function rejected(answer: string): number {
  try {
    const { partialSuccess } = JSON.parse(answer) as { partialSuccess?: { rejectedLogRecords?: number | string } }
    return Number(partialSuccess?.rejectedLogRecords ?? 0) || 0
  } catch {
    return 0
  }
}

/** Posts lines: as JSON lines to a webhook, or to an OpenTelemetry collector. */
export function posts(way: Way, threwAway: (lines: number) => void = () => {}): Delivery {
  const { target, secrets, sender, ca, clientCertificate, addresses } = way
  const isOtlp = target.format === 'otlp'
  const agent = new Agent({
    headersTimeout: TAKE_MS,
    bodyTimeout: TAKE_MS,
    connect: {
      lookup: addresses.lookup,
      timeout: TAKE_MS,
      ...(ca !== undefined && { ca }),
      ...(clientCertificate !== undefined && { cert: clientCertificate }),
      ...(secrets.clientKey !== undefined && { key: secrets.clientKey }),
    },
  })
  const url = new URL(target.url)
  if (secrets.query !== undefined) url.search = secrets.query
  const bodyOf = (lines: readonly AuditLine[]) =>
    isOtlp ? JSON.stringify(otlpLogs(lines, sender)) : lines.map(line => `${JSON.stringify(line)}\n`).join('')

  return {
    async send(lines, signal) {
      // An address in numbers is not looked up, so it is checked here.
      await addresses.check(target.host)
      const body = bodyOf(lines)
      const seconds = Math.floor(way.now().getTime() / 1000)
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TAKE_MS)]),
        headers: {
          'user-agent': `moorage/${sender.version}`,
          ...secrets.headers,
          'content-type': isOtlp ? 'application/json' : 'application/x-ndjson',
          'x-moorage-instance': sender.instance,
          'x-moorage-lines': `${lines[0]?.seq}-${lines.at(-1)?.seq}`,
          ...(secrets.hmacKey !== undefined && { 'x-moorage-signature': signature(secrets.hmacKey, seconds, body) }),
        },
        body,
      }).catch(error => {
        throw new DeliveryError('It can not be reached, or did not answer', { cause: error })
      })
      const said = await readAnswer(answer.body).catch(() => '')
      const { statusCode } = answer
      if (statusCode < 200 || statusCode > 299) {
        throw new DeliveryError(`It answered with ${statusCode}.`, {
          retryAfterMs: retryAfterMs(answer.headers['retry-after'], way.now().getTime()),
          tooMany: statusCode === 413,
        })
      }
      const away = isOtlp ? rejected(said) : 0
      if (away > 0) threwAway(away)
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy()
    },
  }
}
