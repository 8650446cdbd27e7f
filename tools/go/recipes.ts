/** The Go programs that the checks use, as data: what each is built from and how. They come from the module of this
 *  folder, or from one in it where they want other versions of Kubernetes' libraries, so that go.sum pins every byte of
 *  them. Costs were measured on two cores with an empty build cache. */

export interface GoRecipe {
  /** The package, as its module resolves it. */
  package: string
  /** Folder of its module. Default: this one. */
  module?: string
  /** `test` compiles a package's tests into a program, `go test -c`. */
  kind: 'program' | 'test'
  /** What someone who waits for the first build should know. */
  cost: string
}

const KUBERNETES_VERSION = 'v1.34.2'

export const goRecipes = {
  kubectl: { package: './kubectl', kind: 'program', cost: 'about a minute' },
  helm: { package: 'helm.sh/helm/v3/cmd/helm', kind: 'program', cost: 'about a minute and a half' },
  'kube-apiserver': { package: 'k8s.io/kubernetes/cmd/kube-apiserver', kind: 'program', cost: 'about three minutes' },
  'kube-controller-manager': {
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    kind: 'program',
    cost: 'about two minutes',
  },
  'kube-scheduler': { package: 'k8s.io/kubernetes/cmd/kube-scheduler', kind: 'program', cost: 'about a minute' },
  'e2e.test': { package: 'k8s.io/kubernetes/test/e2e', kind: 'test', cost: 'about four minutes' },
  ginkgo: { package: 'github.com/onsi/ginkgo/v2/ginkgo', kind: 'program', cost: 'a few seconds' },
  agnhost: {
    package: 'k8s.io/kubernetes/test/images/agnhost',
    kind: 'program',
    cost: 'about two and a half minutes',
  },
  nonewprivs: {
    package: 'k8s.io/kubernetes/test/images/nonewprivs',
    kind: 'program',
    cost: 'a few seconds',
  },
  mergerecorder: { package: './mergerecorder', kind: 'program', cost: 'a few seconds' },
  apiload: { package: './apiload', kind: 'program', cost: 'a few seconds' },
  informer: { package: './informer', kind: 'program', cost: 'half a minute' },
  'sample-apiserver': {
    package: 'k8s.io/sample-apiserver',
    kind: 'program',
    cost: 'about a minute',
  },
  'metrics-server': {
    package: 'sigs.k8s.io/metrics-server/cmd/metrics-server',
    module: 'metrics-server',
    kind: 'program',
    cost: 'about three minutes',
  },
} as const satisfies Record<string, GoRecipe>

export type GoTool = keyof typeof goRecipes

/** None needs a C library, as its authors publish it, so that all share what is compiled, and run in images that have
 *  nothing else. */
export const goEnvironment = { CGO_ENABLED: '0' } as const

/** The arguments of `go` that build `recipe` into `output`. Symbols and debug information are left out: nobody debugs
 *  these, and e2e.test is 180 MB without. */
export function goArguments(recipe: GoRecipe, output: string): string[] {
  const version = [
    `-X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`,
    '-X k8s.io/component-base/version.gitMajor=1',
    '-X k8s.io/component-base/version.gitMinor=34',
  ]
  const verb = recipe.kind === 'test' ? ['test', '-c'] : ['build']
  return [...verb, '-mod=readonly', '-ldflags', ['-s', '-w', ...version].join(' '), '-o', output, recipe.package]
}
