import type { ObjectRef } from '@moorage/removal/object-ref.ts'

/** The hub, or something before it, answered with something else than success. */
export class HubRefusal extends Error {
  override readonly name = 'HubRefusal'
  readonly status: number
  /** The hub's stable code; null where it was not the hub that answered. */
  readonly code: string | null
  readonly step: string | null
  /** The clock of who answered. */
  readonly date: Date | null
  /** ms not to come again for, where that was asked. */
  readonly retryAfterMs: number | undefined
  /** With `agent_removed`: what is to be taken out. */
  readonly removal: { instance: string; objects: ObjectRef[] } | null

  constructor(status: number, problem: unknown, date: Date | undefined, retryAfterMs?: number) {
    const { code, step, detail, fix, removal } = readProblem(problem)
    super(
      code === null
        ? `Something before the hub answered ${status}.`
        : [detail ?? `The hub answered ${status} (${code}).`, fix].filter(text => text !== null).join(' '),
    )
    this.status = status
    this.code = code
    this.step = step
    this.date = date ?? null
    this.retryAfterMs = retryAfterMs
    this.removal = removal
  }

  /** Whether only a person can change the answer. */
  get final(): boolean {
    return this.code !== null && this.status >= 400 && this.status < 500 && this.status !== 429 && this.status !== 408
  }

  /** Whether the clocks are what is wrong, and the hub's time is known. */
  get isAboutClock(): boolean {
    return this.code === 'agent_rejected' && this.step === 'clock' && this.date !== null
  }
}

interface ReadProblem {
  code: string | null
  step: string | null
  detail: string | null
  fix: string | null
  removal: { instance: string; objects: ObjectRef[] } | null
}

/** How much of the hub's words is passed on, in characters. */
const WORDS = 1000

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, WORDS) : null)

function readProblem(problem: unknown): ReadProblem {
  const { code, step, detail, fix, removal } = (
    typeof problem === 'object' && problem !== null ? problem : {}
  ) as Record<string, unknown>
  return {
    code: textOf(code),
    step: textOf(step),
    detail: textOf(detail),
    fix: textOf(fix),
    removal: readRemoval(removal),
  }
}

/** What is to be removed, as the hub asks for it; null where that can not be read. */
export function readRemoval(
  value: unknown,
): { instance: string; objects: ObjectRef[]; keepNamespace?: boolean } | null {
  if (typeof value !== 'object' || value === null) return null
  const { instance, objects, keepNamespace } = value as Record<string, unknown>
  if (typeof instance !== 'string' || !Array.isArray(objects) || !objects.every(isRef)) return null
  return { instance, objects, ...(keepNamespace === true ? { keepNamespace } : {}) }
}

const isRef = (value: unknown): value is ObjectRef => {
  if (typeof value !== 'object' || value === null) return false
  const { apiVersion, kind, namespace, name, uid } = value as Record<string, unknown>
  const place = namespace === null || typeof namespace === 'string'
  return place && [apiVersion, kind, name, uid].every(text => typeof text === 'string')
}
