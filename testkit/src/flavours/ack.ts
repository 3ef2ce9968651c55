import type { Flavour } from './flavour.ts'

/** Alibaba Cloud ACK: version suffix, nodepool label, providerID `region.instance`. */
export const ack: Flavour = {
  name: 'ack',
  versionSuffix: '-aliyun.1',
  region: 'cn-hangzhou',
  zones: ['cn-hangzhou-h', 'cn-hangzhou-i'],
  instanceTypes: [{ name: 'ecs.g7.xlarge', cpu: 4, memoryGi: 16 }],
  osImage: 'Alibaba Cloud Linux 3.2104 U12',
  kernel: '5.10.134-19.1.al8.x86_64',
  runtime: 'containerd://1.6.39',
  topology: true,
  evidence: ['gitVersion contains -aliyun.', 'label alibabacloud.com/nodepool-id', 'providerID region.i-…'],
  node: ({ index, id }) => ({
    name: `cn-hangzhou.10.8.${index >> 7}.${10 + (index & 127)}`,
    labels: {
      'alibabacloud.com/nodepool-id': 'np0123456789abcdef0123456789abcdef',
      'ack.aliyun.com': 'c0123456789abcdef0123456789abcdef',
      'node.alibabacloud.com/instance-charge-type': 'PostPaid',
    },
    providerID: `cn-hangzhou.i-bp1${id.slice(0, 17)}`,
  }),
  objects: () => [],
}
