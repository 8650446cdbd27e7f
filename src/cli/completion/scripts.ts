/** Completion scripts for bash, zsh and fish. Each asks `naru completion <shell> -- <words>` what may come next, as names of
 *  apps and releases are not known before. A line of the answer that begins with a tab asks the shell for files or folders. */
import type { SHELLS } from '../command-table/command-spec.ts'
import type { Completions } from './complete.ts'

type Shell = (typeof SHELLS)[number]

export const completionScript = (shell: Shell): string => SCRIPTS[shell]

/** In the shell's own way: zsh wants `value:description`, fish a tab between them, bash has no descriptions. */
export function formatCompletions(shell: Shell, { words, paths }: Completions): string {
  const lines = words.map(({ value, description }) => {
    if (shell === 'bash' || description === undefined) return shell === 'zsh' ? escapeColons(value) : value
    return shell === 'zsh' ? `${escapeColons(value)}:${description}` : `${value}\t${description}`
  })
  return [...lines, ...(paths === undefined ? [] : [`\t${paths}`])].map((line) => `${line}\n`).join('')
}

const escapeColons = (value: string) => value.replaceAll(':', '\\:')

/** bash takes `a=b` and `a:b` for three words (COMP_WORDBREAKS) and replaces the last of them alone: those with nothing between
 *  them on the line are put together again. Files are left to bash, which knows how their names are quoted. */
const BASH = `# naru completion for bash: source <(naru completion bash)
_naru() {
  local rest="$COMP_LINE" at each after word line paths=""
  local -a words=()
  for ((at = 0; at <= COMP_CWORD; at++)); do
    each="\${COMP_WORDS[at]}"
    after="\${rest#"\${rest%%[![:space:]]*}"}"
    if ((at > 0)) && [ "$after" = "$rest" ]; then words[\${#words[@]}-1]+="$each"; else words+=("$each"); fi
    rest="\${after#"$each"}"
  done
  word="\${words[\${#words[@]}-1]}"
  case "$each" in = | :) each="" ;; esac
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      $'\\t'*) paths="\${line#?}" ;;
      *) COMPREPLY+=("\${line#"\${word%"$each"}"}") ;;
    esac
  done < <("\${words[0]}" completion bash -- "\${words[@]:1}" 2>/dev/null)
  case "$paths" in
    files) compopt -o default ;;
    folders) compopt -o plusdirs ;;
  esac
  if [ \${#COMPREPLY[@]} -eq 1 ] && [[ "\${COMPREPLY[0]}" == *[=:] ]]; then compopt -o nospace; fi
}
complete -F _naru naru
`

const ZSH = `#compdef naru
# naru completion for zsh: naru completion zsh > "\${fpath[1]}/_naru"
_naru() {
  local line found=1
  local -a said=("\${(@Q)words[2,CURRENT]}") whole=() begun=()
  for line in "\${(@f)$("\${(Q)words[1]}" completion zsh -- "\${said[@]}" 2>/dev/null)}"; do
    case "$line" in
      $'\\tfiles') _files && found=0 ;;
      $'\\tfolders') _files -/ && found=0 ;;
      '') ;;
      *[=:] | *=:*) begun+=("$line") ;;
      *) whole+=("$line") ;;
    esac
  done
  (( $#whole )) && _describe naru whole && found=0
  (( $#begun )) && _describe naru begun -S '' && found=0
  return found
}
if [ "\${funcstack[1]}" = "_naru" ]; then _naru "$@"; else compdef _naru naru; fi
`

const FISH = `# naru completion for fish: naru completion fish > ~/.config/fish/completions/naru.fish
function __naru_complete
  set -l said (commandline -opc)
  set -l word (commandline -ct)
  for line in ($said[1] completion fish -- $said[2..] "$word" 2>/dev/null)
    switch $line
      case \\tfiles
        __fish_complete_path "$word"
      case \\tfolders
        __fish_complete_directories "$word"
      case '*'
        echo $line
    end
  end
end
complete -c naru -f -a '(__naru_complete)'
`

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }
