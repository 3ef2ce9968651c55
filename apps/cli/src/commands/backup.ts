import { define } from '../define.ts'
import type { Io } from '../io.ts'
export const backup = (_io: Io) =>
  define('backup', { summary: 'x', examples: [{ does: 'x', run: 'moorage backup x' }] })
