/** Bytes of a sequence that is not finished yet; a longer one is dropped. */
const MAX_HELD = 4_096

/**
 * What a recorded terminal showed, without what would reach beyond the picture
 * on the screen of whoever plays it: titles, the clipboard, links, key maps, and
 * questions that a terminal answers as if somebody had typed the answer.
 */
export function tame(): (text: string) => string {
  let held = ''
  return text => {
    const all = held + text
    const open = all.search(UNFINISHED)
    held = open < 0 || all.length - open > MAX_HELD ? '' : all.slice(open)
    return (open < 0 ? all : all.slice(0, open)).replace(SEQUENCES, keep)
  }
}

/** A sequence that the text ends within. */
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|[\]PX^_](?:(?!\x07|\x1b\\)[\s\S])*|[ -/]*)$/

const SEQUENCES =
  /\x1b\[([0-?]*)([ -/]*)([@-~])|\x1b[\]PX^_][\s\S]*?(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f-\x9f]/g

/** Moves, erasures, colours, scrolling, and the modes that draw: cursor, wrapping, the other screen. */
const FINALS = 'ABCDEFGHIJKLMPSTXZ@`abdefmrsu'
const MODES = /^\?(?:1|7|12|25|47|1047|1048|1049|2026)(?:;\?|$)/
/** Character sets, saving the cursor, index, resetting. */
const SHORT = /^\x1b(?:[()][0-9AB]|[78DEMHc=>])$/

function keep(sequence: string, parameters?: string, between?: string, final?: string): string {
  if (final === undefined) return SHORT.test(sequence) ? sequence : ''
  if (between !== '') return ''
  if (final === 'h' || final === 'l')
    return MODES.test(parameters ?? '') || /^[0-9;]*$/.test(parameters ?? '') ? sequence : ''
  return FINALS.includes(final) && /^[0-9;:]*$/.test(parameters ?? '') ? sequence : ''
}
