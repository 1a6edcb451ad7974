# SPDX-License-Identifier: Apache-2.0
_lauberhorn() {
    local word=${words[CURRENT]} before=${words[CURRENT-1]} verb=${words[2]} found
    if ((CURRENT == 2)); then
        found=$(_lauberhorn_words verbs)
    elif found=$(_lauberhorn_words "$verb:$before") && [[ $before == -* && -n $found ]]; then
        :
    elif [[ $word == -* ]]; then
        found=$(_lauberhorn_words "$verb")
    else
        found=$(_lauberhorn_words "$verb:")
    fi
    case $found in
        %files) _files ;;
        %any) ;;
        *) compadd -- ${(f)found} ;;
    esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -D }
compdef _lauberhorn lauberhorn tools/lauberhorn
