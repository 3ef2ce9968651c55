/** The address of a WebSocket of the hub that served the page. */
export function socketUrl(path: string): URL {
  const url = new URL(path, window.location.href)
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  return url
}
