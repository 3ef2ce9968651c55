import type { Recording } from '../recordings/recorder.ts'
import type { StreamPiece } from '../recordings/stream-piece.ts'

/** A prompt's recording, which begins with the first line: who only opens the page has done nothing. */
export interface PromptRecording {
  /** A line was sent off. Throws where it has to be recorded and can not be. */
  line(text: string): Promise<void>
  /** Something was shown. Where the store is behind, resolves when there is room again. */
  shown(text: string): Promise<void> | null
  end(because?: string): Promise<void>
}

const piece = (stream: StreamPiece['stream'], text: string): StreamPiece => ({ stream, data: Buffer.from(text) })

/** Records as a terminal would have shown it. `begin` gives null where nothing is to be recorded. */
export function promptRecording(cluster: string, begin: () => Promise<Recording | null>): PromptRecording {
  let begun: Promise<Recording | null> | undefined
  let recording: Recording | null = null
  return {
    async line(text) {
      begun ??= begin().catch(error => {
        begun = undefined
        throw error
      })
      recording = await begun
      await recording?.take([piece('stdin', `${text}\r`), piece('stdout', `${cluster} $ ${text}\r\n`)])
    },
    shown: text => recording?.take([piece('stdout', text.replace(/\r?\n/g, '\r\n'))]) ?? null,
    async end(because) {
      await (await begun?.catch(() => null))?.end(because)
    },
  }
}
