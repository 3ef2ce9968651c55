import { defineConfig } from 'vitest/config'

/** Tests outside `unit` may start processes and servers; each still has a hard deadline. */
const slow = { testTimeout: 120_000, hookTimeout: 180_000, teardownTimeout: 30_000 }
const outside = ['**/node_modules/**', '**/dist/**', '.toolchain/**', '.moorage/**']
const kinds = ['module', 'kube', 'node', 'story', 'fault', 'soak', 'browser']

const project = (name: string, more: Record<string, unknown> = {}) => ({
  test: { name, include: [`**/*.${name}.test.ts`], exclude: outside, ...slow, ...more },
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,apps,testkit,bench,deploy}/**/*.test.ts'],
          exclude: [...outside, ...kinds.map(kind => `**/*.${kind}.test.ts`)],
          testTimeout: 10_000,
          // They are pure, so files share a process: half the time, as most of it went into loading modules anew.
          isolate: false,
        },
      },
      { test: { name: 'rules', include: ['tests/rules/*.test.ts'], exclude: outside } },
      project('module', { globalSetup: ['testkit/src/global-setup-postgres.ts'] }),
      project('kube', { globalSetup: ['testkit/src/global-setup.ts'] }),
      // These start processes of their own and look at how long things take: one file at a time.
      project('node', { fileParallelism: false }),
      project('story', { fileParallelism: false }),
      project('fault', { fileParallelism: false }),
      project('soak'),
      project('browser', { fileParallelism: false }),
    ],
  },
})
