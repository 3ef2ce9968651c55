import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Where `./run dev` starts the hub. */
const hub = process.env.MOORAGE_DEV_HUB ?? 'https://127.0.0.1:8443'

/** Bytes below which compressing saves nothing worth a file. */
const SMALL = 1024

/** Puts a .br and a .gz beside each text file: the hub sends those instead of compressing for everybody anew. */
function precompressed(dir: string): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    writeBundle() {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        const file = join(dir, name)
        if (!/\.(js|css|svg|html)$/.test(name) || statSync(file).size < SMALL) continue
        const content = readFileSync(file)
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
        writeFileSync(`${file}.br`, brotliCompressSync(content))
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), precompressed(join(import.meta.dirname, 'dist'))],
  build: {
    target: 'es2022',
    // The hub's policy allows files of its own and nothing inlined: no data: fonts, no polyfill script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    // One file with what tells zod not to probe for eval, so that no chunk that makes a schema runs before it.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'zod', test: /jitless|[\\/]zod[\\/]/ }] } } },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    // The hub compares the Origin of changing requests with its own address, so the proxy speaks as the hub's page.
    proxy: Object.fromEntries(
      ['/api', '/auth'].map(path => [
        path,
        { target: hub, secure: false, changeOrigin: true, headers: { origin: hub } },
      ]),
    ),
  },
})
