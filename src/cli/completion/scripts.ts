/** Completion scripts for bash, zsh and fish, made from the command table. */
import { type CommandSpec, GLOBAL_OPTIONS, type OptionSpec, SHELLS } from '../command-table/command-spec.ts'
import { COMMANDS } from '../command-table.ts'
import type { Translate } from '../messages/translate.ts'

export function completionScript(shell: (typeof SHELLS)[number], t: Translate): string {
  return { bash, zsh, fish }[shell](t)
}

const flagsOf = (option: OptionSpec): string[] => option.flags.match(/-{1,2}[A-Za-z][\w-]*/g) ?? []
const optionsOf = (spec: CommandSpec) => [...spec.options, ...GLOBAL_OPTIONS]
const isFile = (spec: CommandSpec) => spec.arguments[0] === '[file]' || spec.arguments[0] === '<file>'
const isWar = (spec: CommandSpec) => spec.arguments.includes('[what]')
const takesValue = (option: OptionSpec) => option.flags.includes('<')
/** Inside single quotes of a shell. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

function bash(): string {
  const cases = COMMANDS.map((spec) => {
    const words = [...optionsOf(spec).flatMap(flagsOf), '--help', ...(spec.arguments[0] === '<shell>' ? SHELLS : [])]
    const paths = isFile(spec) ? 'f' : spec.arguments[0] === '[folder]' ? 'd' : ''
    const files = isWar(spec) ? `f -X '!*.war'` : paths
    const folders = files === '' ? '' : ` COMPREPLY+=($(compgen -${files} -- "$word"));`
    return `    ${spec.name}) COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$word"));${folders} ;;`
  })
  return `# naru completion for bash: source <(naru completion bash)
_naru() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command="" each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$each" in -*) ;; *) command="$each"; break ;; esac
  done
  case "$command" in
${cases.join('\n')}
    *) COMPREPLY=($(compgen -W ${quote(COMMANDS.map(({ name }) => name).join(' '))} -- "$word")) ;;
  esac
}
complete -F _naru naru
`
}

function zsh(t: Translate): string {
  const describe = (text: string) => text.replaceAll(/[[\]:]/g, ' ')
  const argument = (option: OptionSpec) =>
    flagsOf(option).map((flag) => {
      const value = takesValue(option) ? `:value:${option.choices ? `(${option.choices.join(' ')})` : ''}` : ''
      return quote(`${flag}[${describe(t(option.description))}]${value}`)
    })
  const cases = COMMANDS.map((spec) => {
    const positional =
      spec.arguments[0] === '[folder]'
        ? ` '1:folder:_files -/'`
        : isFile(spec)
          ? ` '1:file:_files'`
          : spec.arguments[0] === '<shell>'
            ? ` '1:shell:(${SHELLS.join(' ')})'`
            : isWar(spec)
              ? ` '1:type:' '2:war:_files -g "*.war"'`
              : ''
    return `    ${spec.name}) _arguments ${optionsOf(spec).flatMap(argument).join(' ')}${positional} ;;`
  })
  const names = COMMANDS.map((spec) => `    ${quote(`${spec.name}:${describe(t(spec.summary))}`)}`)
  return `#compdef naru
# naru completion for zsh: naru completion zsh > "\${fpath[1]}/_naru"
_naru() {
  local -a commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [ "\${funcstack[1]}" = "_naru" ]; then _naru "$@"; else compdef _naru naru; fi
`
}

function fish(t: Translate): string {
  const names = COMMANDS.map(({ name }) => name).join(' ')
  const lines = [
    '# naru completion for fish: naru completion fish > ~/.config/fish/completions/naru.fish',
    'complete -c naru -f',
  ]
  for (const spec of COMMANDS) {
    lines.push(
      `complete -c naru -n "not __fish_seen_subcommand_from ${names}" -a ${spec.name} -d ${quote(t(spec.summary))}`,
    )
    const when = `-n "__fish_seen_subcommand_from ${spec.name}"`
    if (spec.arguments[0] === '[folder]') lines.push(`complete -c naru ${when} -a "(__fish_complete_directories)"`)
    if (spec.arguments[0] === '<shell>') lines.push(`complete -c naru ${when} -a "${SHELLS.join(' ')}"`)
    if (isWar(spec)) lines.push(`complete -c naru ${when} -a "(__fish_complete_suffix .war)"`)
    for (const option of optionsOf(spec)) {
      const flags = flagsOf(option).map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      )
      const value = takesValue(option) ? ` -x${option.choices ? ` -a "${option.choices.join(' ')}"` : ''}` : ''
      lines.push(`complete -c naru ${when} ${flags.join(' ')}${value} -d ${quote(t(option.description))}`)
    }
  }
  return `${lines.join('\n')}\n`
}
