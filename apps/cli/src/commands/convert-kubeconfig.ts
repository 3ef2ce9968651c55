import { define } from '../define.ts'
import type { Io } from '../io.ts'
export const convertKubeconfig = (_io: Io) =>
  define('convert-kubeconfig', { summary: 'x', examples: [{ does: 'x', run: 'moorage convert-kubeconfig x' }] })
