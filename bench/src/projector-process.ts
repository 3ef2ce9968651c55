/** The projector as a process of its own, as in an agent: kubeconfig FILE in, batches as lines of JSON out. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import { runProjector } from '@moorage/projector/project.ts'

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await using transport = directTransport(readKubeconfig(readFileSync(process.argv[2] ?? '', 'utf8')))
await runProjector({
  transport,
  resume: new Map(),
  signal: stop.signal,
  async sink(batch) {
    if (!process.stdout.write(`${JSON.stringify(batch)}\n`)) await once(process.stdout, 'drain')
  },
})
