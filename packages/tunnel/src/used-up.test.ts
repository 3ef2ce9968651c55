import { expect, test } from 'vitest'
import { never } from '../test/in-memory.ts'
import { settled } from '../test/manual-clock.ts'
import { get, played } from '../test/played-agent.ts'

test('whatever a request used up is told of once, and nothing else is', async () => {
  let usedUp = 0
  const { pool, add } = played({ usedUp: () => (usedUp += 1) })
  add().agent.destroy()
  await settled()
  expect(usedUp).toBe(0)
  const carrying = add()
  const watch = new AbortController()
  const asked = pool.request(get(), watch.signal)
  carrying.agent.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
  const { body } = await asked
  expect(usedUp).toBe(0)
  watch.abort(new Error('gone'))
  await settled()
  expect([body.destroyed, usedUp]).toEqual([true, 1])
  const switching = add()
  const upgraded = pool.upgrade({ ...get(), headers: { upgrade: 'x' } }, never)
  switching.agent.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
  const { socket } = await upgraded
  socket.destroy()
  add()
  const taken = await pool.take(never)
  taken.destroy()
  await settled()
  expect(usedUp).toBe(3)
})
