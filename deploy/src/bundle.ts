import { rolldown } from 'rolldown'

/**
 * The program at `entry` as one file of plain JavaScript: it starts faster and
 * takes less memory than sources whose types Node takes away as it loads them.
 */
export async function bundle(entry: string, file: string): Promise<void> {
  const built = await rolldown({
    input: entry,
    platform: 'node',
    // `ws` looks for these to go faster; they are compiled for a platform, and it does without.
    external: ['bufferutil', 'utf-8-validate'],
    onLog(level, log, handle) {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
      handle(level, log)
    },
  })
  await built.write({ file, format: 'esm', codeSplitting: false, sourcemap: false })
  await built.close()
}
