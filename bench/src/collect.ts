/** Loaded into a process that is measured: on SIGUSR2 it collects garbage, so that what is left is what is held. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

/** What one run leaves for the next one. */
const RUNS = 3

if (isMainThread) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  process.on('SIGUSR2', () => {
    for (let run = 0; run < RUNS; run += 1) collect()
  })
}
