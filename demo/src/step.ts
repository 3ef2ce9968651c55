/** Runs `work` and says on stderr what is being done, and how long it took. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  if (process.stderr.isTTY) process.stderr.write(`  … ${what}`)
  try {
    const result = await work()
    process.stderr.write(
      `${process.stderr.isTTY ? '\r' : ''}  ✓ ${what} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`,
    )
    return result
  } catch (error) {
    process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}  ✗ ${what}\n`)
    throw error
  }
}
