_butlr_tui_profiles() {
  local -a found=(${(f)"$(_butlr_tui_words profiles)"})
  compadd -a found
}

_butlr_tui_destinations() {
  if compset -P 'file:'; then
    _files
  else
    local -a found=(${(f)"$(_butlr_tui_words destinations)"})
    compadd -S '' -- ${(M)found:#*:}
    compadd -- ${found:#*:}
  fi
}

_butlr_tui_clients() {
  local at=${words[(i)--profile]} id name
  local -a ids shown
  while IFS=$'\t' read -r id name; do
    ids+=("$id")
    shown+=("$id  $name")
  done < <(_butlr_tui_words clients "${words[at + 1]:-}" | command sort -u)
  compadd -l -d shown -a ids
}
