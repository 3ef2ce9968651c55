/**
 * Loaded into a process with `--import`: its clock, as `Date` tells it, is off by
 * MOORAGE_TEST_CLOCK_SHIFT_MS. The system's own stays: certificates are verified by that.
 */
const shift = Number(process.env.MOORAGE_TEST_CLOCK_SHIFT_MS)
const SystemDate = Date

class ShiftedDate extends SystemDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(SystemDate.now() + shift)
    else super(...(given as [number]))
  }
  static override now(): number {
    return SystemDate.now() + shift
  }
}

globalThis.Date = ShiftedDate as DateConstructor
