import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `./run dev` starts the hub. */
const hub = process.env.MOORAGE_DEV_HUB ?? 'https://127.0.0.1:8443'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // The hub's policy allows files of its own and nothing inlined: no data: fonts, no polyfill script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // The hub compares the Origin of changing requests with its own address, so the proxy speaks as the hub's page.
    proxy: { '/api': { target: hub, secure: false, changeOrigin: true, headers: { origin: hub } } },
  },
})
