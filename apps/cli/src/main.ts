#!/usr/bin/env node
import { homedir } from 'node:os'
import { run } from './run.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // A second Ctrl-C does not wait for the orderly end.
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new DOMException('Stopped by Ctrl-C.', 'AbortError'))
  })
// `moorage … | head` ends the pipe early: that is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  now: () => new Date(),
  cwd: process.cwd(),
  home: homedir(),
})
// An open standard input (a terminal, or a pipe nobody closes) would keep the process.
process.stdin.unref?.()
