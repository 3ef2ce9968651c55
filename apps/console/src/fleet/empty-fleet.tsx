import { EmptyState, EmptyStateBody, List, ListItem } from '@patternfly/react-core'
import PlugIcon from '@patternfly/react-icons/dist/esm/icons/plug-icon'
import { Link } from '@tanstack/react-router'
import { Command } from '../shell/command.tsx'

/** What to do where no cluster is connected yet. */
export function EmptyFleet({ origin }: { origin: string }) {
  return (
    <EmptyState headingLevel="h2" titleText="Connect your first cluster" icon={PlugIcon} className="empty-fleet">
      <EmptyStateBody>
        <p>
          Any Kubernetes cluster from 1.28 on will do. The hub checks the whole way first, stores the credential sealed,
          and only reads unless you say otherwise.
        </p>
        <p className="empty-fleet__ways">
          <Link to="/add/agent" className="pf-v6-c-button pf-m-primary">
            Import by agent
          </Link>
          <Link to="/add/kubeconfig" className="pf-v6-c-button pf-m-secondary">
            Connect by kubeconfig
          </Link>
        </p>
        <p>The same from the command line:</p>
        <List component="ol" className="empty-fleet__steps">
          <ListItem>
            Sign the command line in:
            <Command label="Command that signs in">{`moorage login ${origin}`}</Command>
          </ListItem>
          <ListItem>
            Connect a cluster by its kubeconfig:
            <Command label="Command that connects a cluster">
              moorage cluster connect my-cluster --kubeconfig ~/.kube/config --wait
            </Command>
          </ListItem>
          <ListItem>
            Or import one that the hub can not reach, by an agent that dials out:
            <Command label="Command that imports a cluster">moorage cluster import my-cluster --wait</Command>
          </ListItem>
          <ListItem>
            Does the kubeconfig sign in by a plugin, as those of clouds do? Turn it into one that a server can use:
            <Command label="Command that converts a kubeconfig">
              moorage convert-kubeconfig ~/.kube/config -o my-cluster.yaml
            </Command>
          </ListItem>
        </List>
        <p>The cluster appears here by itself.</p>
      </EmptyStateBody>
    </EmptyState>
  )
}
