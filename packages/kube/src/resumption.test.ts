import { EventEmitter } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { Resumption } from './resumption.ts'

const connection = (reused: boolean) =>
  Object.assign(new EventEmitter(), { isSessionReused: () => reused }) as unknown as TLSSocket

test('a session is used once its connection was accepted, and not before', () => {
  const resumption = new Resumption(() => 0)
  const socket = connection(false)
  const session = resumption.follow(socket)
  socket.emit('session', Buffer.from('one'))
  expect(resumption.options).toEqual({})
  session.accept()
  expect(resumption.options).toEqual({ session: Buffer.from('one') })
  // Tickets come after the handshake, too.
  socket.emit('session', Buffer.from('two'))
  expect(resumption.options).toEqual({ session: Buffer.from('two') })
  resumption.forget()
  expect(resumption.options).toEqual({})
})

test('a certificate is looked at again after an hour, however often its session was renewed', () => {
  let now = 0
  const resumption = new Resumption(() => now)
  const dial = (reused: boolean) => {
    const socket = connection(reused)
    const session = resumption.follow(socket)
    session.accept()
    socket.emit('session', Buffer.from(`at ${now}`))
  }
  dial(false)
  now = 3_599_999
  dial(true)
  expect(resumption.options).toEqual({ session: Buffer.from('at 3599999') })
  now = 3_600_000
  expect(resumption.options).toEqual({})
  dial(false)
  expect(resumption.options).toEqual({ session: Buffer.from('at 3600000') })
})
