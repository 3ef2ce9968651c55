/** A key that nothing has: asked for, it brings the revision that etcd is at. */
const NOTHING = { key: Buffer.from('nothing').toString('base64') }

/** Has the etcd at that port of loopback forget all revisions but its newest. */
export async function compactEtcd(port: number): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${path}: ${text}`)
    return JSON.parse(text) as { header: { revision: string } }
  }
  const { revision } = (await post('range', NOTHING)).header
  await post('compaction', { revision })
}
