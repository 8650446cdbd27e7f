/** The images that the conformance tests name, as data: where a test looks for them, and what they are made of. The
 *  published ones cannot be pulled without a network; these are the same programs, from the Go module and from Debian.
 *  Source of names and tags: k8s.io/kubernetes v1.34, test/utils/image/manifest.go; of contents: test/images/ * /Dockerfile. */
import type { RunConfig } from '../../../src/images/index.ts'
import { type OciArchitecture, pauseProgram } from '../../../src/kubelet/containerd/pause-program.ts'
import type { GoTool } from '../../go/recipes.ts'

export interface ImageRecipe {
  /** Below the engine's registry. */
  repository: string
  tag: string
  /** Debian packages on top of the base, with what they need that the base lacks. */
  packages?: readonly string[]
  /** Go programs by their path in the image. */
  programs?: Readonly<Record<string, GoTool>>
  /** Its programs run as root, whoever starts them. */
  setuid?: boolean
  /** Programs that are made on the spot. */
  executables?: Readonly<Record<string, (architecture: OciArchitecture) => Uint8Array>>
  /** Symbolic links by their path in the image. */
  links?: Readonly<Record<string, string>>
  files?: Readonly<Record<string, string>>
  /** Files of the module k8s.io/kubernetes by their path in the image. */
  moduleFiles?: Readonly<Record<string, string>>
  run?: Partial<RunConfig>
  /** The only tests that want it. Default: any may. */
  tests?: RegExp
  /** Not even the base: the image holds nothing but its programs. */
  bare?: boolean
}

const E2E = 'e2e-test-images'
const GC = 'k8s'

/** Which of the suite's registries is which folder of ours: the content of KUBE_TEST_REPO_LIST, JSON being YAML. */
export const repositoryList = (registry: string): string =>
  JSON.stringify({
    promoterE2eRegistry: `${registry}/${E2E}`,
    gcRegistry: `${registry}/${GC}`,
    gcEtcdRegistry: `${registry}/${GC}`,
    buildImageRegistry: `${registry}/build-image`,
    sigStorageRegistry: `${registry}/sig-storage`,
    dockerLibraryRegistry: `${registry}/library`,
    cloudProviderGcpRegistry: `${registry}/cloud-provider-gcp`,
  })

/** What busybox' shell and tools are to the published images: a shell that hands on variables whose names are no
 *  identifiers (dash drops `data-1`), and look-ups by the C library. */
const shell = {
  packages: ['bash', 'libc-bin'],
  links: { 'usr/bin/sh': 'bash' },
} as const satisfies Partial<ImageRecipe>

/** busybox' own shell, whose words tests wait for. That of Debian's busybox passes on no variables whose names are none
 *  for a shell; the published image's does: bash stands in where there are such. */
const BUSYBOX_SHELL = `#!/usr/bin/bash
while IFS= read -r -d '' variable; do
  [[ $variable =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] || exec -a "$0" bash "$@"
done </proc/self/environ
exec -a "$0" busybox "$@"
`

/** agnhost is all of the suite's servers and clients in one program, and tests run the usual network tools in it. */
const agnhost = {
  programs: { agnhost: 'agnhost' },
  // Debian's script would have made the second; busybox' own `nc` knows neither -v nor -u.
  links: { ...shell.links, 'agnhost-2': 'agnhost', 'usr/bin/nc': 'nc.openbsd' },
  files: {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nuser-defined-in-image:x:1000:1000::/home/user:/bin/sh\n',
    'etc/group': 'root:x:0:\nuser-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n',
  },
  // What `agnhost porter` serves HTTPS with.
  moduleFiles: {
    'localhost.crt': 'test/images/agnhost/porter/localhost.crt',
    'localhost.key': 'test/images/agnhost/porter/localhost.key',
  },
  packages: [...shell.packages, 'curl', 'bind9-dnsutils', 'netcat-openbsd', 'iproute2', 'iperf'],
  run: { entrypoint: ['/agnhost'], command: ['pause'], exposedPorts: [80, 8080, 8081, 9376, 5000] },
} as const satisfies Partial<ImageRecipe>

const nginx = {
  packages: ['nginx-light'],
  // What the packages' scripts would have made.
  links: { 'etc/nginx/sites-enabled/default': '/etc/nginx/sites-available/default' },
  files: {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n',
    'etc/group': 'root:x:0:\nwww-data:x:33:\n',
    'var/www/html/index.html': '<!DOCTYPE html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>\n',
  },
  run: { command: ['nginx', '-g', 'daemon off;'], exposedPorts: [80], stopSignal: 'SIGQUIT' },
} as const satisfies Partial<ImageRecipe>

/** Where the published image has it: tests move index.html away and look who notices. */
const APACHE = 'usr/local/apache2'

const httpd = {
  packages: ['apache2-bin'],
  links: { 'usr/local/bin/httpd': '/usr/sbin/apache2' },
  files: {
    [`${APACHE}/conf/httpd.conf`]: [
      `ServerRoot /${APACHE}`,
      'ServerName localhost',
      'Listen 80',
      'PidFile /tmp/httpd.pid',
      'Mutex sem',
      'ErrorLog /proc/self/fd/2',
      'User nobody',
      'Group nogroup',
      ...['mpm_event', 'authz_core', 'dir'].map(
        (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
      ),
      `DocumentRoot /${APACHE}/htdocs`,
      '',
    ].join('\n'),
    [`${APACHE}/htdocs/index.html`]: '<html><body><h1>It works!</h1></body></html>\n',
  },
  run: { command: ['httpd', '-D', 'FOREGROUND', '-f', `/${APACHE}/conf/httpd.conf`], exposedPorts: [80] },
} as const satisfies Partial<ImageRecipe>

const aggregation = { tests: /Sample API Server/ } as const satisfies Partial<ImageRecipe>

export const imageRecipes: readonly ImageRecipe[] = [
  { ...agnhost, repository: `${E2E}/agnhost`, tag: '2.56' },
  {
    ...agnhost,
    repository: `${E2E}/nautilus`,
    tag: '1.7',
    files: { ...agnhost.files, 'data.json': '{\n  "image": "nautilus.jpg"\n}\n' },
    run: { ...agnhost.run, command: ['test-webserver'] },
  },
  {
    repository: `${GC}/pause`,
    tag: '3.10.1',
    bare: true,
    executables: { pause: pauseProgram },
    run: { user: '65535:65535', entrypoint: ['/pause'] },
  },
  {
    repository: `${E2E}/busybox`,
    tag: '1.37.0-1',
    packages: shell.packages,
    executables: { 'usr/bin/sh': () => Buffer.from(BUSYBOX_SHELL) },
    links: { 'usr/bin/sysctl': 'busybox' },
    run: { command: ['sh'] },
  },
  {
    repository: `${E2E}/nonewprivs`,
    tag: '1.3',
    programs: { 'usr/local/bin/nnp': 'nonewprivs' },
    setuid: true,
    run: { command: ['nnp'] },
  },
  {
    repository: `${E2E}/jessie-dnsutils`,
    tag: '1.7',
    packages: [...shell.packages, 'bind9-dnsutils'],
    links: shell.links,
    run: { command: ['bash'] },
  },
  { ...httpd, repository: `${E2E}/httpd`, tag: '2.4.38-4' },
  { ...httpd, repository: `${E2E}/httpd`, tag: '2.4.39-4' },
  { ...nginx, repository: `${E2E}/nginx`, tag: '1.14-4' },
  { ...nginx, repository: `${E2E}/nginx`, tag: '1.15-4' },
  {
    ...aggregation,
    repository: `${E2E}/sample-apiserver`,
    tag: '1.29.2',
    programs: { 'sample-apiserver': 'sample-apiserver' },
    run: { entrypoint: ['/sample-apiserver'] },
  },
  {
    ...aggregation,
    repository: `${GC}/etcd`,
    tag: '3.6.4-0',
    packages: ['etcd-server'],
    // The published image has the program here, and tests start it by this path.
    links: { 'usr/local/bin/etcd': '/usr/bin/etcd' },
    run: { command: ['etcd'], exposedPorts: [2379, 2380] },
  },
]

/** The images that `tests` may name. */
export const imagesFor = (tests: readonly string[]): ImageRecipe[] =>
  imageRecipes.filter((recipe) => recipe.tests === undefined || tests.some((test) => recipe.tests?.test(test)))
