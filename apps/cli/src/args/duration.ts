import { usage } from '../failure.ts'

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 }

/** A span such as `90d`, `12h` or `1h30m`, in seconds. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhdwy])/g)]
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit ?? ''] ?? 0), 0)
  if (parts.map(([part]) => part).join('') !== text || !(seconds > 0) || !Number.isSafeInteger(seconds))
    throw usage(
      `"${text}" is not a span of time.`,
      'Write a number and a unit (s, m, h, d, w, y), such as 90d or 1h30m.',
    )
  return seconds
}
