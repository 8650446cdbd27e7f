/** Bodies that kubectl 1.32 and 1.34 sent (base64), and what the same commands print with `--dry-run=client -o json`, less
 *  its nulls. For tests. */
export const kubectlBodies: readonly { command: string; body: string; object: object }[] = [
  {
    command: 'kubectl create namespace team',
    body: 'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhwKFAoEdGVhbRIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==',
    object: { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'team' }, spec: {}, status: {} },
  },
  {
    command: 'kubectl create deployment web --image=nginx:1.27 --replicas=3 --port=80',
    body: 'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Er0BCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEosBCAMSDAoKCgNhcHASA3dlYhpxChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViElESMwoFbmdpbngSCm5naW54OjEuMjcqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==',
    object: {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }], resources: {} }] },
        },
        strategy: {},
      },
      status: {},
    },
  },
  {
    command: 'kubectl create service clusterip cip --tcp=80:8080 --tcp=443',
    body: 'azhzAAoNCgJ2MRIHU2VydmljZRKDAQofCgNjaXASABoAIgAqADIAOABCAFoKCgNhcHASA2NpcBJcChsKBzgwLTgwODASA1RDUBhQIgcIABCQPxoAKAAKGAoDNDQzEgNUQ1AYuwMiBwgAELsDGgAoABIKCgNhcHASA2NpcBoAIglDbHVzdGVySVA6AEIAUgBaAGAAaAAaAgoAGgAiAA==',
    object: {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name: 'cip', labels: { app: 'cip' } },
      spec: {
        ports: [
          { name: '80-8080', protocol: 'TCP', port: 80, targetPort: 8080 },
          { name: '443', protocol: 'TCP', port: 443, targetPort: 443 },
        ],
        selector: { app: 'cip' },
        type: 'ClusterIP',
      },
      status: { loadBalancer: {} },
    },
  },
  {
    command: 'kubectl create service nodeport np --tcp=80:8080 --node-port=30123',
    body: 'azhzAAoNCgJ2MRIHU2VydmljZRJnCh0KAm5wEgAaACIAKgAyADgAQgBaCQoDYXBwEgJucBJCCh0KBzgwLTgwODASA1RDUBhQIgcIABCQPxoAKKvrARIJCgNhcHASAm5wGgAiCE5vZGVQb3J0OgBCAFIAWgBgAGgAGgIKABoAIgA=',
    object: {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name: 'np', labels: { app: 'np' } },
      spec: {
        ports: [{ name: '80-8080', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30123 }],
        selector: { app: 'np' },
        type: 'NodePort',
      },
      status: { loadBalancer: {} },
    },
  },
  {
    command: 'kubectl create configmap cm --from-literal=a=b --from-literal=empty= --from-literal=h=값',
    body: 'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEjEKEgoCY20SABoAIgAqADIAOABCABIGCgFhEgFiEgkKBWVtcHR5EgASCAoBaBID6rCSGgAiAA==',
    object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'cm' }, data: { a: 'b', empty: '', h: '값' } },
  },
  {
    command: 'kubectl create secret generic sec --from-literal=user=me --from-literal=empty=',
    body: 'azhzAAoMCgJ2MRIGU2VjcmV0Ei4KEwoDc2VjEgAaACIAKgAyADgAQgASCQoFZW1wdHkSABIKCgR1c2VyEgJtZRoAGgAiAA==',
    object: { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'sec' }, data: { empty: '', user: 'bWU=' } },
  },
  {
    command: 'kubectl create serviceaccount sa',
    body: 'azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSFAoSCgJzYRIAGgAiACoAMgA4AEIAGgAiAA==',
    object: { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: 'sa' } },
  },
  {
    command: 'kubectl create cronjob cron --image=busybox --schedule=*/5 * * * * -- date',
    body: 'azhzAAoTCghiYXRjaC92MRIHQ3JvbkpvYhKqAQoUCgRjcm9uEgAaACIAKgAyADgAQgASjwEKCyovNSAqICogKiAqGgAqfgoUCgRjcm9uEgAaACIAKgAyADgAQgASZjJkChAKABIAGgAiACoAMgA4AEIAElASKQoEY3JvbhIHYnVzeWJveBoEZGF0ZSoAQgBqAHIAgAEAiAEAkAEAogEAGglPbkZhaWx1cmUyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBABoAGgAiAA==',
    object: {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      metadata: { name: 'cron' },
      spec: {
        schedule: '*/5 * * * *',
        jobTemplate: {
          metadata: { name: 'cron' },
          spec: {
            template: {
              metadata: {},
              spec: {
                containers: [{ name: 'cron', image: 'busybox', command: ['date'], resources: {} }],
                restartPolicy: 'OnFailure',
              },
            },
          },
        },
      },
      status: {},
    },
  },
  {
    command: 'kubectl create clusterrole agg --aggregation-rule=a=b',
    body: 'azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtDbHVzdGVyUm9sZRIhChMKA2FnZxIAGgAiACoAMgA4AEIAGgoKCAoGCgFhEgFiGgAiAA==',
    object: {
      kind: 'ClusterRole',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'agg' },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
    },
  },
  {
    command: 'kubectl create rolebinding rb --role=reader --user=me --group=g --serviceaccount=default:sa',
    body: 'azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtSb2xlQmluZGluZxKyAQoSCgJyYhIAGgAiACoAMgA4AEIAEicKBFVzZXISGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8aAm1lIgASJwoFR3JvdXASGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8aAWciABIfCg5TZXJ2aWNlQWNjb3VudBIAGgJzYSIHZGVmYXVsdBopChlyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvEgRSb2xlGgZyZWFkZXIaACIA',
    object: {
      kind: 'RoleBinding',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'rb' },
      subjects: [
        { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'me' },
        { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'g' },
        { kind: 'ServiceAccount', name: 'sa', namespace: 'default' },
      ],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    },
  },
  {
    command: 'kubectl create quota q --hard=cpu=1,memory=1Gi,pods=2 --scopes=BestEffort',
    body: 'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRJNChEKAXESABoAIgAqADIAOABCABI2CgoKA2NwdRIDCgExCg8KBm1lbW9yeRIFCgMxR2kKCwoEcG9kcxIDCgEyEgpCZXN0RWZmb3J0GgAaACIA',
    object: {
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name: 'q' },
      spec: { hard: { cpu: '1', memory: '1Gi', pods: '2' }, scopes: ['BestEffort'] },
      status: {},
    },
  },
  {
    command: 'kubectl create priorityclass pcneg --value=-5 --preemption-policy=Never',
    body: 'azhzAAolChRzY2hlZHVsaW5nLms4cy5pby92MRINUHJpb3JpdHlDbGFzcxItChUKBXBjbmVnEgAaACIAKgAyADgAQgAQ+///////////ARgAIgAqBU5ldmVyGgAiAA==',
    object: {
      kind: 'PriorityClass',
      apiVersion: 'scheduling.k8s.io/v1',
      metadata: { name: 'pcneg' },
      value: -5,
      preemptionPolicy: 'Never',
    },
  },
  {
    command: 'kubectl create ingress ing --class=naru --rule=foo.com/bar*=svc:8080,tls=my-cert --rule=x.com/a=svc:http',
    body: 'azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxKRAQoTCgNpbmcSABoAIgAqADIAOABCABJ2EhIKB2Zvby5jb20SB215LWNlcnQaLQoHZm9vLmNvbRIiCiAKHgoEL2JhchIOIgwKA3N2YxIFCgAQkD8aBlByZWZpeBorCgV4LmNvbRIiCiAKHgoCL2ESESIPCgNzdmMSCAoEaHR0cBAAGgVFeGFjdCIEbmFydRoCCgAaACIA',
    object: {
      kind: 'Ingress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: { name: 'ing' },
      spec: {
        ingressClassName: 'naru',
        tls: [{ hosts: ['foo.com'], secretName: 'my-cert' }],
        rules: [
          {
            host: 'foo.com',
            http: {
              paths: [
                { path: '/bar', pathType: 'Prefix', backend: { service: { name: 'svc', port: { number: 8080 } } } },
              ],
            },
          },
          {
            host: 'x.com',
            http: {
              paths: [{ path: '/a', pathType: 'Exact', backend: { service: { name: 'svc', port: { name: 'http' } } } }],
            },
          },
        ],
      },
      status: { loadBalancer: {} },
    },
  },
  {
    command: 'kubectl create poddisruptionbudget pdb --selector=app=web --min-available=50%',
    body: 'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSPAoTCgNwZGISABoAIgAqADIAOABCABIZCgkIARAAGgM1MCUSDAoKCgNhcHASA3dlYhoKCAAYACAAKAAwABoAIgA=',
    object: {
      kind: 'PodDisruptionBudget',
      apiVersion: 'policy/v1',
      metadata: { name: 'pdb' },
      spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    },
  },
  {
    command: 'kubectl autoscale deployment web --min=1 --max=5 --cpu-percent=80',
    body: 'azhzAAopCg5hdXRvc2NhbGluZy92MhIXSG9yaXpvbnRhbFBvZEF1dG9zY2FsZXISYQoTCgN3ZWISABoAIgAqADIAOABCABJEChoKCkRlcGxveW1lbnQSA3dlYhoHYXBwcy92MRABGAUiIgoIUmVzb3VyY2UiFgoDY3B1Eg8KC1V0aWxpemF0aW9uIFAaBBgAIAAaACIA',
    object: {
      kind: 'HorizontalPodAutoscaler',
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'web' },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
        minReplicas: 1,
        maxReplicas: 5,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
        ],
      },
      status: { desiredReplicas: 0 },
    },
  },
]
