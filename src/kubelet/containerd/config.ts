/** containerd's configuration file and the registry's hosts file. Pure. Source: containerd v1.6, docs/cri/config.md,
 *  docs/hosts.md, containerd-config.toml(5). */

export interface ContainerdConfig {
  /** Where images and snapshots are kept. */
  root: string
  /** What lives as long as the machine is up. */
  state: string
  socketPath: string
  /** Directory with a folder per registry host. */
  certsDir: string
  cni: { binDir: string; confDir: string }
  sandboxImage: string
  snapshotter: 'overlayfs' | 'native'
  /** True where this process may not lower oom_score_adj (no CAP_SYS_RESOURCE). */
  restrictOomScoreAdj: boolean
}

/** Loading them costs start time and nobody asks for them. */
const DISABLED_PLUGINS = [
  'io.containerd.snapshotter.v1.aufs',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.zfs',
  'io.containerd.internal.v1.opt',
  'io.containerd.internal.v1.restart',
  'io.containerd.internal.v1.tracing',
  'io.containerd.tracing.processor.v1.otlp',
]

/** A TOML basic string; JSON's escapes are a subset of TOML's. */
const text = (value: string) => JSON.stringify(value)

/** Pods' control groups have paths of ours, also where systemd is process 1: runc makes them itself, as the kubelet's own
 *  default (cgroupDriver: cgroupfs) has it. Asked to go through systemd it takes none but slices, and no container would
 *  start. systemd lets them be: it removes what it made alone, and a controller that a group hands on cannot be taken away
 *  above it. Source: runc v1.1, docs/systemd.md; Linux, Documentation/admin-guide/cgroup-v2.rst (Top-down Constraint). */
export function containerdConfigToml(config: ContainerdConfig): string {
  return `version = 2
root = ${text(config.root)}
state = ${text(config.state)}
oom_score = 0
disabled_plugins = [${DISABLED_PLUGINS.map(text).join(', ')}]

[grpc]
  address = ${text(config.socketPath)}

[ttrpc]
  address = ${text(`${config.socketPath}.ttrpc`)}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(config.sandboxImage)}
  restrict_oom_score_adj = ${config.restrictOomScoreAdj}
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  max_container_log_line_size = 16384
  netns_mounts_under_state_dir = true
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${text(config.cni.binDir)}
    conf_dir = ${text(config.cni.confDir)}
    max_conf_num = 1

  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = ${text(config.certsDir)}

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = ${text(config.snapshotter)}
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`
}

/** How to reach the registry that images name as `host`. `address` is an origin: `http://127.0.0.1:5000`. */
export function hostsToml(address: string): string {
  return `server = ${text(address)}

[host.${text(address)}]
  capabilities = ["pull", "resolve"]
`
}
