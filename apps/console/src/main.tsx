// First of all: zod must not probe for eval, which the hub's policy would report.
import './jitless.ts'
import '@patternfly/react-core/dist/styles/base.css'
import '@patternfly/patternfly/components/Tabs/tabs.css'
import { moorageClient } from '@moorage/client/client.ts'
import { createRoot } from 'react-dom/client'
import { newQueryClient } from './api/query-client.ts'
import { App } from './app.tsx'
import { newRouter } from './routes.tsx'
import { followAttendance } from './session/attendance.ts'
// Last, so that it is stronger than the parts' own styles.
import './console.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id "root".')
const attendance = followAttendance({
  page: window,
  clock: () => Date.now(),
  // Where it fails there is nothing to keep alive, and the next request of the page says so.
  tell: () => void client.hub.whoami().catch(() => {}),
})
const client = moorageClient({ url: window.location.origin, fetch: request => fetch(attendance.mark(request)) })
createRoot(root).render(<App client={client} queries={newQueryClient()} router={newRouter()} />)
