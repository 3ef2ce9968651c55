import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kubectlCommands, refusedFlags } from './kubectl-commands.ts'
import { readKubectlLine } from './kubectl-line.ts'

const args = (line: string) => readKubectlLine(line)

describe('a line of the prompt', () => {
  test.each<[string, string[]]>([
    ['get pods', ['get', 'pods']],
    ['kubectl get pods -A -owide', ['get', 'pods', '--all-namespaces', '--output=wide']],
    ['k get po -n shop -o yaml web', ['get', 'po', 'web', '--namespace=shop', '--output=yaml']],
    ['-n shop get pods', ['get', 'pods', '--namespace=shop']],
    ['--namespace=shop -v 6 logs web', ['logs', 'web', '--namespace=shop', '--v=6']],
    ['get pods -Aw', ['get', 'pods', '--all-namespaces', '--watch']],
    ['get pods -Awojson', ['get', 'pods', '--all-namespaces', '--watch', '--output=json']],
    ['get pods -n=shop -l=a=b', ['get', 'pods', '--namespace=shop', '--selector=a=b']],
    ['get pods --field_selector status.phase=Running', ['get', 'pods', '--field-selector=status.phase=Running']],
    [`get po -o jsonpath='{.items[*].metadata.name}'`, ['get', 'po', '--output=jsonpath={.items[*].metadata.name}']],
    ['get po -o custom-columns=N:.metadata.name', ['get', 'po', '--output=custom-columns=N:.metadata.name']],
    ['logs -f web --tail -1', ['logs', 'web', '--follow', '--tail=-1']],
    ['logs web -p -c main', ['logs', 'web', '--previous', '--container=main']],
    [`patch deploy web -p '{"a":1}'`, ['patch', 'deploy', 'web', '--patch={"a":1}']],
    ['rollout restart deploy/web', ['rollout', 'restart', 'deploy/web']],
    ['top pod --containers', ['top', 'pods', '--containers']],
    ['set image deploy/web web=web:2', ['set', 'image', 'deploy/web', 'web=web:2']],
    [
      'set resources deploy web -c main --limits=cpu=1',
      ['set', 'resources', 'deploy', 'web', '--containers=main', '--limits=cpu=1'],
    ],
    ['auth can-i list pods', ['auth', 'can-i', 'list', 'pods']],
    ['create ns shop --dry-run=server', ['create', 'namespace', 'shop', '--dry-run=server']],
    ['create svc clusterip web --tcp=80', ['create', 'service', 'clusterip', 'web', '--tcp=80']],
    ['label pod web tier-', ['label', 'pod', 'web', 'tier-']],
    ['delete pod web --wait=false --dry-run', ['delete', 'pod', 'web', '--wait=false', '--dry-run']],
    ['delete pod web --dry-run server', ['delete', 'pod', 'web', 'server', '--dry-run']],
    ['get --help', ['get', '--help']],
  ])('%s', (line, expected) => {
    expect(args(line)).toEqual({ args: expected })
  })

  test.each(['', '   ', 'help', 'kubectl', 'kubectl --help', '-h', 'help get'])('%j asks for help', line => {
    expect(args(line)).toEqual({ help: true })
  })

  test.each<[string, RegExp]>([
    ['apply -f x.yaml', /"kubectl apply" is not run.*moorage kubeconfig/],
    ['create -f http://169.254.169.254/', /none of "create namespace"/],
    ['exec -it web -- sh', /terminal of the pod/],
    ['cp web:/etc/passwd .', /no.*files/],
    ['port-forward web 80', /hub’s/],
    ['plugin list', /Plugins/],
    ['config view --raw', /no kubeconfig/],
    ['create secret generic a --from-literal=b=c', /recorded/],
    ['cluster-info dump --output-directory /tmp', /writes files/],
    ['cluster-info here', /takes no words/],
    ['auth reconcile -f x', /reads files/],
    ['krew install x', /"krew" is no command/],
    ['__complete get', /no command/],
    ['get -f x.yaml', /--filename is not taken here/],
    ['get -fhttp://x', /--filename is not taken here/],
    ['get pods -Afx', /--filename is not taken here/],
    ['get pods -k .', /--kustomize is not taken here/],
    ['get --raw /api', /--raw is not taken here/],
    ['get --ra /api', /no flag of "get"/],
    ['get pods --kubeconfig=/etc/x', /--kubeconfig is not taken here/],
    ['--kubeconfig /etc/x get pods', /--kubeconfig is not taken here/],
    ['-s http://evil get pods', /--server is not taken here/],
    ['get pods -s http://evil', /--server is not taken here/],
    ['get pods --server http://evil', /--server is not taken here/],
    ['get pods --as admin', /--as is not taken here/],
    ['get pods --as_group=x', /--as-group is not taken here/],
    ['get pods --token=x', /--token is not taken here/],
    ['get pods --insecure-skip-tls-verify', /not taken here/],
    ['get pods --profile=cpu', /--profile is not taken here/],
    ['get pods --cache-dir=/tmp', /--cache-dir is not taken here/],
    ['get pods -v=7', /from 0 to 6/],
    ['get pods -v9', /from 0 to 6/],
    ['get pods --v=0x9', /from 0 to 6/],
    ['get pods --vmodule=a=9', /--vmodule is not taken here/],
    ['get pods -o jsonpath-file=/etc/passwd', /output "jsonpath-file=\/etc\/passwd" is not taken/],
    ['get pods -ogo-template-file=/etc/passwd', /is not taken/],
    ['get pods --output=custom-columns-file=/etc/passwd', /is not taken/],
    ['get pods -o templatefile=/etc/passwd', /is not taken/],
    ['get pods -o jsonpath', /is not taken/],
    ['get pods --template=/etc/passwd', /--template is not taken here/],
    ['create configmap a --from-file=/etc/passwd', /--from-file is not taken here/],
    ['patch pod a --patch-file=/etc/passwd', /--patch-file is not taken here/],
    ['set env deploy/web -', /"-" is not taken/],
    ['run a --image=b -it --rm', /not taken here/],
    ['run a --image=b -- sh', /"--" is not taken/],
    ['delete pod web -i', /not taken here/],
    ['get pods --watch=maybe', /true or false/],
    ['get pods -n', /--namespace has no value/],
    ['get pods --constructor', /no flag/],
    ['constructor', /no command/],
    ['get pods | sh', /Pipes/],
  ])('%s is refused, and why is said', (line, why) => {
    expect(args(line)).toEqual({ refused: expect.stringMatching(why) })
  })

  test('no flag that is refused is taken by a command', () => {
    // Who a role is bound to is no identity of kubectl’s own.
    const other: Readonly<Record<string, string[]>> = { user: ['create rolebinding', 'create clusterrolebinding'] }
    for (const { name, flags } of kubectlCommands) {
      const both = [...flags.keys()].filter(flag => flag in refusedFlags && !other[flag]?.includes(name))
      expect(both, name).toEqual([])
    }
  })

  const word = fc.oneof(
    fc.constantFrom(
      ...[
        'get',
        'logs',
        'create',
        'pods',
        'kubectl',
        'rollout',
        'status',
        '-',
        '--',
        '-o',
        '-f',
        '-A',
        '-n',
        '-v',
        '--v',
        '-k',
        '-s',
      ],
      ...[
        '--raw',
        '-ojsonpath-file=/x',
        '-o',
        'wide',
        'jsonpath-file=/x',
        '--filename=/x',
        '-Af/x',
        '--as=x',
        '--help',
        '/x',
        'a=b',
      ],
    ),
    fc.string({ maxLength: 12 }),
    fc.constantFrom(...Object.keys(refusedFlags)).map(flag => `--${flag}=/x`),
  )
  const line = fc
    .array(word, { maxLength: 8 })
    .map(words => words.map(each => `'${each.replaceAll("'", '')}'`).join(' '))

  test('comes to arguments of which each is known, in one form, or to a sentence', () => {
    fc.assert(
      fc.property(fc.oneof(line, fc.string({ maxLength: 40 })), text => {
        const read = readKubectlLine(text)
        if ('refused' in read) expect(read.refused).toMatch(/\.$/)
        if (!('args' in read)) return
        const command = kubectlCommands.find(({ name }) => `${read.args.join(' ')} `.startsWith(`${name} `))
        expect(command, text).toBeDefined()
        for (const each of read.args) {
          if (!each.startsWith('-')) continue
          const [, flag = '', value] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(each) ?? []
          expect(
            kubectlCommands.some(({ flags }) => flags.has(flag)),
            each,
          ).toBe(true)
          if (flag === 'output') expect(value).not.toMatch(/file/)
          if (flag === 'v') expect(Number(value)).toBeLessThanOrEqual(6)
        }
      }),
      { numRuns: 500 },
    )
  })
})
