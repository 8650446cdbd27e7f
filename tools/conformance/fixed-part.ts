/** What CI verifies of the groups that are too large to be run whole there: for each part of the engine the quickest test
 *  in which the real thing answers (containerd, the kernel, kubectl) rather than the API alone. None takes over 20 s, so
 *  that those of probes, which wait, are left out, and preemption, for which the suite waits a minute for pods that not
 *  every cluster has (test/acceptance/scheduling.test.ts has it). [Serial] ones run alone: those of some seconds. */

/** By group and the test's name without it: what it tells that no other of these does. */
export const FIXED_PART: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apps: {
    'ControllerRevision [Serial] should manage the lifecycle of a ControllerRevision': 'history of a DaemonSet',
    'CronJob should support CronJob API operations': 'CronJob',
    'Daemon set [Serial] should run and stop simple daemon': 'DaemonSet',
    'Deployment RecreateDeployment should delete old pods and create new ones': 'Recreate',
    'Deployment should run the lifecycle of a Deployment': 'rolling updates',
    'DisruptionController should block an eviction until the PDB is updated to allow it': 'eviction',
    'Job should adopt matching orphans and release non-matching pods': 'Job, its pods',
    'Job should create pods for an Indexed job with completion indexes and specified hostname': 'Job, indexed',
    'Job should run a job to completion when tasks sometimes fail and are locally restarted':
      'Job, restarts in the pod',
    'ReplicaSet should adopt matching pods on creation and release no longer matching pods': 'ReplicaSet',
    'ReplicationController should surface a failure condition on a common issue like exceeded quota':
      'ReplicationController, failure',
    'StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Should recreate evicted statefulset': 'StatefulSet',
  },
  cli: {
    'Kubectl client Kubectl api-versions should check if v1 is in available api versions': 'discovery',
    'Kubectl client Kubectl cluster-info should check if Kubernetes control plane services is included in cluster-info':
      'cluster-info',
    'Kubectl client Kubectl describe should check if kubectl describe prints relevant information for rc and pods':
      'describe',
    'Kubectl client Kubectl diff should check if kubectl diff finds a difference for Deployments': 'diff',
    'Kubectl client Kubectl expose should create services for rc': 'expose',
    'Kubectl client Kubectl label should update the label on a resource': 'label',
    'Kubectl client Kubectl patch should add annotations for pods in rc': 'patch',
    "Kubectl client Kubectl replace should update a single-container pod's image": 'replace',
    'Kubectl client Kubectl run pod should create a pod from an image when restart is Never': 'run',
    'Kubectl client Kubectl server-side dry-run should check if kubectl can dry-run update Pods': 'dry run',
    'Kubectl client Proxy server should support --unix-socket=/path': 'proxy',
    'Kubectl logs logs should be able to retrieve and filter logs': 'logs',
  },
  network: {
    'DNS should provide DNS for pods for Subdomain': 'DNS of pods',
    'DNS should provide DNS for services': 'DNS of Services',
    'DNS should support configurable pod DNS nameservers': 'dnsConfig',
    'EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service': 'EndpointSlice',
    'EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete': 'mirroring',
    'HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol [LinuxOnly]':
      'hostPort',
    'Networking Granular Checks: Pods should function for intra-pod communication: udp [NodeConformance]': 'pod to pod',
    'Proxy version v1 should proxy through a service and a pod': 'the proxy of the API server',
    'Services should be able to change the type from ExternalName to NodePort': 'a Service of another type',
    'Services should be able to create a functioning NodePort service': 'NodePort',
    'Services should be able to switch session affinity for service with type clusterIP [LinuxOnly]':
      'session affinity',
    'Services should serve multiport endpoints from pods': 'ports of a Service',
  },
  node: {
    'Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop http hook properly [NodeConformance]':
      'hooks',
    'Container Runtime blackbox test on terminated container should report termination message from file when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set [NodeConformance]':
      'termination messages',
    'Downward API should provide pod name, namespace and IP address as env vars [NodeConformance]': 'downward API',
    'Ephemeral Containers [NodeConformance] will start an ephemeral container in an existing pod':
      'ephemeral containers',
    'InitContainer [NodeConformance] should invoke init containers on a RestartNever pod': 'init containers',
    'KubeletManagedEtcHosts should test kubelet managed /etc/hosts file [NodeConformance]': '/etc/hosts',
    'Pods should be submitted and removed [NodeConformance]': 'start and end',
    'Pods should contain environment variables for services [NodeConformance]': 'variables of Services',
    'Pods should support remote command execution over websockets [NodeConformance]': 'exec',
    'Pods should support retrieving logs from the container over websockets [NodeConformance]': 'logs',
    'Secrets should be consumable via the environment [NodeConformance]': 'Secrets',
    'Security Context should support pod.Spec.SecurityContext.RunAsUser And pod.Spec.SecurityContext.RunAsGroup [LinuxOnly]':
      'users',
    'Sysctls [LinuxOnly] [NodeConformance] should support sysctls [MinimumKubeletVersion:1.21] [Environment:NotInUserNS]':
      'sysctls',
    'Variable Expansion should allow substituting values in a volume subpath': 'subPathExpr',
  },
  scheduling: {
    'LimitRange should create a LimitRange with defaults and ensure pod has those defaults applied.': 'LimitRange',
    'LimitRange should list, patch and delete a LimitRange by collection': 'LimitRange, collections',
    'SchedulerPredicates [Serial] validates resource limits of pods that are allowed to run': 'resources',
    'SchedulerPredicates [Serial] validates that NodeSelector is respected if matching': 'nodeSelector',
    'SchedulerPredicates [Serial] validates that NodeSelector is respected if not matching': 'nodeSelector, no node',
  },
  storage: {
    'CSIInlineVolumes should support CSIVolumeSource in Pod API': 'CSI in pods',
    'ConfigMap should be consumable from pods in volume with mappings and Item mode set [LinuxOnly] [NodeConformance]':
      'modes of files',
    'ConfigMap updates should be reflected in volume [NodeConformance]': 'files that change',
    'Downward API volume should update labels on modification [NodeConformance]': 'files of the pod itself',
    'EmptyDir volumes pod should support shared volumes between containers': 'shared volumes',
    'EmptyDir volumes should support (non-root,0644,tmpfs) [LinuxOnly] [NodeConformance]': 'tmpfs',
    'EmptyDir wrapper volumes should not conflict': 'volumes side by side',
    'PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC': 'PersistentVolumes',
    'Projected combined should project all components that make up the projection API [Projection] [NodeConformance]':
      'projected volumes',
    'Secrets should be consumable from pods in volume as non-root with defaultMode and fsGroup set [LinuxOnly] [NodeConformance]':
      'fsGroup',
    'Secrets should be immutable if `immutable` field is set': 'immutable',
  },
}
