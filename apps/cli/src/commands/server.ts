import { define } from '../define.ts'
import type { Io } from '../io.ts'

interface Options {
  data: string
  listen: string
  publicUrl?: string
  databaseUrl?: string
  tlsCert?: string
  tlsKey?: string
  bootstrapTokenFile?: string
}

/** `moorage server` */
export const server = (io: Io) =>
  define('server', {
    summary: 'Run the hub',
    examples: [{ does: 'On this machine', run: 'moorage server --data ./moorage-data --listen 127.0.0.1:8443' }],
  }).action(async (_options: Options) => {
    void io
  })
