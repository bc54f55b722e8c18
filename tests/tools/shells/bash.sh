# The profile that the line names, if it does.
_butlr_tui_profile() {
  local at
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ ${COMP_WORDS[at]} == --profile ]] && echo "${COMP_WORDS[at + 1]}" && return
  done
}

_butlr_tui_profiles() {
  _butlr_tui_starting "$1" < <(_butlr_tui_words profiles)
}

_butlr_tui_destinations() {
  if [[ $1 == file:* ]]; then
    compgen -P file: -f -- "${1#file:}"
  else
    _butlr_tui_starting "$1" < <(_butlr_tui_words destinations)
  fi
}

# While several are listed (after the second TAB) each is shown with its name.
_butlr_tui_clients() {
  local id name found=()
  while IFS=$'\t' read -r id name; do
    [[ $id == "$1"* ]] && found+=("$id"$'\t'"$name")
  done < <(_butlr_tui_words clients "$(_butlr_tui_profile)" | command sort -u)
  if ((${#found[@]} > 1 && COMP_TYPE == 63)); then
    printf '%s\n' "${found[@]/$'\t'/  }"
  else
    printf '%s\n' "${found[@]%%$'\t'*}"
  fi
}

_butlr_tui_starting() {
  local word
  while IFS= read -r word; do
    [[ $word == "$1"* ]] && printf '%s\n' "$word"
  done
}

# For readline a colon ends a word, and for a destination it does not: the words are those between the blanks, and of
# what is found only the part behind the last colon is still to be typed.
_butlr_tui() {
  local typed=${COMP_LINE:0:COMP_POINT} word before
  local -a COMP_WORDS
  read -ra COMP_WORDS <<<"$typed"
  [[ $typed == *[[:space:]] ]] && COMP_WORDS+=("")
  local COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _shtab_butlr_tui
  word=${COMP_WORDS[COMP_CWORD]}
  if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
    before=${word%"${word##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
  fi
}
