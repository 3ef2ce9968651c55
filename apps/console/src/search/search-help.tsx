import { Card, CardBody, CardTitle } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'

const examples: [find: string, meaning: string][] = [
  ['kind:Pod status:CrashLoopBackOff', 'pods that keep crashing, in every cluster'],
  ['image:nginx', 'whatever runs an image with this in its name'],
  ['kind:Node status:NotReady', 'nodes that are not ready'],
  ['ns:kube-system kind:Deployment', 'what a namespace has, cluster by cluster'],
  ['label:app=web -cluster:dev', 'by label, without one cluster'],
]

/** What can be searched for. */
export function SearchHelp() {
  return (
    <Card className="search-help">
      <CardTitle component="h2">Try</CardTitle>
      <CardBody>
        <dl>
          {examples.map(([find, meaning]) => (
            <div key={find}>
              <dt>
                <Link to="/search" search={{ find }}>
                  <code>{find}</code>
                </Link>
              </dt>
              <dd className="quiet">{meaning}</dd>
            </div>
          ))}
        </dl>
        <p className="quiet">
          Fields are kind, status, image, ns, cluster, node, name and label. A minus leaves out, quotes keep spaces
          together, other words are looked for in names.
        </p>
      </CardBody>
    </Card>
  )
}
