# SPDX-License-Identifier: Apache-2.0
_lauberhorn() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words
    # "=" is a word of its own to bash.
    if [[ $before == = ]]; then
        return
    fi
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        words=$(_lauberhorn_words verbs)
    elif words=$(_lauberhorn_words "$verb:$before") && [[ $before == -* && -n $words ]]; then
        :
    elif [[ $word == -* ]]; then
        words=$(_lauberhorn_words "$verb")
    else
        words=$(_lauberhorn_words "$verb:")
    fi
    case $words in
        %files) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        %any) ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
    esac
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null || true
    fi
}
complete -F _lauberhorn lauberhorn tools/lauberhorn ./tools/lauberhorn
