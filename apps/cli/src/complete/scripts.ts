/*
 * Each script hands the words so far to `moorage __complete` and shows what
 * comes back: one candidate on a line, with a tab and a description. Where
 * nothing comes back, the shell completes files.
 */

const bash = `# bash completion for moorage
_moorage() {
  local cur words=() line value
  # Words as the shell reads them, but not cut at ":" and "=" as COMP_WORDS is.
  read -r -a words <<<"\${COMP_LINE:0:COMP_POINT}"
  [[ "\${COMP_LINE:0:COMP_POINT}" == *[[:space:]] ]] && words+=("")
  cur=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    COMPREPLY+=("$value")
  done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  # bash replaces only what stands after the last "=" or ":".
  local prefix=\${cur%"\${cur##*[=:]}"} i
  if [[ -n $prefix && $COMP_WORDBREAKS == *"\${prefix: -1}"* ]]; then
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$prefix"}; done
  fi
}
complete -F _moorage moorage
`

const zsh = `#compdef moorage
# zsh completion for moorage
_moorage() {
  local -a found lines
  local line value text
  lines=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    [[ -z $line ]] && continue
    value=\${line%%$'\\t'*}
    text=\${line#*$'\\t'}
    [[ $line == *$'\\t'* ]] && found+=("\${value//:/\\\\:}:$text") || found+=("\${value//:/\\\\:}")
  done
  if (( \${#found} )); then
    _describe -V moorage found
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_moorage" ]]; then _moorage "$@"; else compdef _moorage moorage; fi
`

const fish = `# fish completion for moorage
function __moorage_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  $words[1] __complete $words[2..-1] "$current" 2>/dev/null
end
function __moorage_has_none
  test -z "$(__moorage_complete)"
end
complete -c moorage -f -a '(__moorage_complete)'
complete -c moorage -n '__moorage_has_none' -F
`

/** The completion script of each shell. */
export const scripts = { bash, zsh, fish }
