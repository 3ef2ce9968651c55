import { define } from '../define.ts'
import type { Io } from '../io.ts'
export const restore = (_io: Io) =>
  define('restore', { summary: 'x', examples: [{ does: 'x', run: 'moorage restore x' }] })
