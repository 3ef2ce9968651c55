import type { Json } from './api-client.ts'

interface App {
  namespace: string
  name: string
  image: string
  replicas: number
  /** Of the pods. */
  annotations?: Record<string, string>
}

const labels = (name: string) => ({ 'app.kubernetes.io/name': name, app: name })

/** A pod's template with requests and limits, which quotas count. */
function template(name: string, image: string, annotations: Record<string, string> = {}): Json {
  return {
    metadata: { labels: labels(name), annotations },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: 'main',
          image,
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
        },
      ],
    },
  }
}

export function deployment({ namespace, name, image, replicas, annotations }: App): Json {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: labels(name) },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name, image, annotations) },
  }
}

export function statefulSet(namespace: string, name: string, image: string, replicas: number): Json {
  const pod = template(name, image)
  pod.spec.containers[0].volumeMounts = [{ name: 'data', mountPath: '/var/lib/data' }]
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace, labels: labels(name) },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: pod,
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            storageClassName: 'standard',
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '10Gi' } },
          },
        },
      ],
    },
  }
}

export function daemonSet(namespace: string, name: string, image: string): Json {
  const pod = template(name, image)
  pod.spec.tolerations = [{ operator: 'Exists' }]
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels: labels(name) },
    spec: { selector: { matchLabels: { app: name } }, template: pod },
  }
}

export function cronJob(namespace: string, name: string, image: string, schedule: string): Json {
  const pod = template(name, image)
  pod.spec.restartPolicy = 'Never'
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace, labels: labels(name) },
    spec: {
      schedule,
      successfulJobsHistoryLimit: 2,
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { backoffLimit: 1, template: pod } },
    },
  }
}

/** A Job whose pods run once. */
export function job(namespace: string, name: string, image: string): Json {
  const pod = template(name, image)
  pod.spec.restartPolicy = 'Never'
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels: labels(name) },
    spec: { backoffLimit: 1, ttlSecondsAfterFinished: 120, template: pod },
  }
}

export function service(namespace: string, name: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: labels(name) },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  }
}

export function ingress(namespace: string, name: string, host: string): Json {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, labels: labels(name) },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host,
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] },
        },
      ],
    },
  }
}

/** A volume for that claim, there before it: nothing provisions volumes here. */
export function volume(namespace: string, claim: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `${namespace}-${claim}` },
    spec: {
      storageClassName: 'standard',
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      claimRef: { namespace, name: claim },
      hostPath: { path: `/nonexistent/${claim}` },
    },
  }
}

export function quota(namespace: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace },
    spec: { hard: { 'requests.cpu': '64', 'requests.memory': '128Gi', pods: '500' } },
  }
}
