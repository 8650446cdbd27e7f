/** What only Windows knows of. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateWindowsSecurityContextOptions, validateWindowsHostProcessPod). */
import { dnsSubdomainProblems } from '../../formats/index.ts'
import type { PodSpec, WindowsSecurityContextOptions } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue } from '../field-error.ts'
import { everyContainer } from './every-container.ts'

const MAX_SPEC_KIB = 64
const MAX = { domain: 256, user: 104 } as const
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const DNS = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`)
const USER_WRONG = /["/\\:;|=,+*?<>@[\]]/

export function validateWindowsOptions(options: WindowsSecurityContextOptions | undefined, path: string) {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options ?? {}
  const errors: FieldError[] = []
  if (name !== undefined)
    errors.push(...invalidFormat(`${path}.gmsaCredentialSpecName`, name, dnsSubdomainProblems(name)))
  const at = `${path}.gmsaCredentialSpec`
  if (spec === '') errors.push(invalidValue(at, spec, 'gmsaCredentialSpec cannot be an empty string'))
  else if (spec !== undefined && Buffer.byteLength(spec) > MAX_SPEC_KIB * 1024)
    errors.push(invalidValue(at, spec, `gmsaCredentialSpec size must be under ${MAX_SPEC_KIB} KiB`))
  if (user !== undefined) errors.push(...invalidFormat(`${path}.runAsUserName`, user, userNameProblems(user)))
  return errors
}

function userNameProblems(text: string): string[] {
  if (text === '') return ['runAsUserName cannot be an empty string']
  if (Array.from(text).some(isControl)) return ['runAsUserName cannot contain control characters']
  const parts = text.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const [domain, user = ''] = parts.length === 2 ? parts : [undefined, ...parts]
  const problems: string[] = []
  if (domain !== undefined && Buffer.byteLength(domain) >= MAX.domain)
    problems.push(`runAsUserName's Domain length must be under ${MAX.domain} characters`)
  if (domain !== undefined && !NETBIOS.test(domain) && !DNS.test(domain))
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  if (user === '') problems.push("runAsUserName's User cannot be empty")
  else if (Buffer.byteLength(user) > MAX.user)
    problems.push(`runAsUserName's User length must not be longer than ${MAX.user} characters`)
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces")
  if (USER_WRONG.test(user))
    problems.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`)
  return problems
}

const isControl = (character: string) => character < ' ' || character === '\u007f'

/** Processes of the host: all of a pod's containers or none, and on the host's network. */
export function validateHostProcesses(spec: PodSpec, path: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  const containers = everyContainer(spec, path).map(({ container, path: at }) => ({
    own: container.securityContext?.windowsOptions?.hostProcess,
    at: `${at}.securityContext.windowsOptions.hostProcess`,
  }))
  const errors = containers.flatMap(({ own, at }) =>
    ofPod !== undefined && own !== undefined && own !== ofPod
      ? [invalidValue(at, own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`)]
      : [],
  )
  const count = containers.filter(({ own }) => own ?? ofPod ?? false).length
  if (count === 0) return errors
  if (count !== containers.length) {
    const why = 'If pod contains any hostProcess containers then all containers must be HostProcess containers'
    errors.push(invalidValue(path, '', why))
  }
  const why = 'hostNetwork must be true if pod contains any hostProcess containers'
  return spec.hostNetwork === true ? errors : [...errors, invalidValue(`${path}.hostNetwork`, false, why)]
}
