# SPDX-License-Identifier: Apache-2.0
# The command line's front, which needs no build: help, version, completion, and what is wrong with the arguments. The rules are in the file
# "verbs", which the tool writes (tools/lauberhorn front) from the same attributes from which it takes its options.
#   LAUBERHORN_FRONT=tools/front awk -f tools/front/front.awk -- ARGUMENTS...
# Exit code 0: all that was asked for is printed. 2: a mistake, and one line about it is on standard error. 3: go on, the arguments can be
# right.
BEGIN {
    dir = ENVIRON["LAUBERHORN_FRONT"]
    read_table()
    n = 0
    for (i = 1; i < ARGC; i++) {
        argument[++n] = ARGV[i]
    }
    if (n > 0 && argument[1] == "--") {
        # Some kinds of awk take it for themselves, some do not.
        for (i = 1; i < n; i++) {
            argument[i] = argument[i + 1]
        }
        n--
    }
    exit main()
}

function main(  verb, i) {
    verb = argument[1]
    if (n == 0 || verb == "--help" || verb == "-h" || (verb == "help" && n == 1)) {
        return show(dir "/help")
    }
    if (verb == "--version" || verb == "version" || verb == "-V") {
        print "lauberhorn " version
        return 0
    }
    if (verb == "help") {
        if (n > 2) {
            return wrong("help wants one verb, not '" argument[3] "' besides", "")
        }
        return argument[2] in purpose ? show(dir "/help-" argument[2]) : wrong(no_verb(argument[2]), "")
    }
    if (!(verb in purpose)) {
        return wrong(verb ~ /^-./ ? "no option '" verb "' without a verb" : no_verb(verb), "")
    }
    for (i = 2; i <= n && argument[i] != "--"; i++) {
        if (argument[i] == "--help" || argument[i] == "-h") {
            return show(dir "/help-" verb)
        }
    }
    problem = ""
    check(verb)
    if (problem != "") {
        return wrong(problem, verb " ")
    }
    if (verb == "completion") {
        return complete(argument[2])
    }
    return 3
}

function read_table(  line, f, count, key) {
    while ((getline line < (dir "/verbs")) > 0) {
        if (line ~ /^#/) {
            continue
        }
        count = split(line, f, "\t")
        if (f[1] == "version") {
            version = f[2]
        } else if (f[1] == "parameters") {
            parameters = f[2]
        } else if (f[1] == "verb") {
            purpose[f[2]] = f[3]
            verbs = verbs (verbs == "" ? "" : " ") f[2]
        } else {
            key = f[2] SUBSEP f[3]
            type[key] = f[5]
            least[key] = f[6]
            most[key] = f[7]
            names[key] = f[8]
            required[key] = f[9] == "yes"
            only[key] = f[10]
            needs[key] = f[11]
            needs_for[key] = f[12]
            not_with[key] = f[13]
            what[key] = f[14]
            if (f[1] == "option") {
                options[f[2]] = options[f[2]] (options[f[2]] == "" ? "" : " ") f[3]
                if (f[4] != "-") {
                    letter[f[2], f[4]] = f[3]
                }
            } else {
                values[f[2]] = values[f[2]] (values[f[2]] == "" ? "" : " ") f[3]
            }
        }
    }
    close(dir "/verbs")
    if (verbs == "") {
        printf "lauberhorn: %s/verbs cannot be read; the working copy is not whole\n", dir | "cat >&2"
        exit 2
    }
}

# Goes through the arguments behind the verb; sets "problem" at the first mistake.
function check(verb,  i, word, name, value, has_value, position, places, count, is_value, key) {
    count = split(values[verb], places, " ")
    position = 0
    first = ""
    is_value = 0
    for (i = 2; i <= n && problem == ""; i++) {
        word = argument[i]
        if (!is_value && word == "--") {
            is_value = 1
            continue
        }
        if (is_value || word !~ /^-./ || word ~ /^-[0-9.]/) {
            if (++position > count) {
                problem = "'" word "' is one argument too many"
                return
            }
            key = verb SUBSEP places[position]
            if (position == 1) {
                first = word
            }
            check_value(key, places[position], word)
            given[places[position]] = 1
            continue
        }
        has_value = 0
        if (word ~ /^--/) {
            name = substr(word, 3)
            if (index(name, "=") > 0) {
                has_value = 1
                value = substr(name, index(name, "=") + 1)
                name = substr(name, 1, index(name, "=") - 1)
            }
            word = "--" name
        } else {
            name = (verb, substr(word, 2, 1)) in letter ? letter[verb, substr(word, 2, 1)] : ""
            if (length(word) > 2) {
                has_value = 1
                value = substr(word, 3)
            }
            word = substr(word, 1, 2)
        }
        key = verb SUBSEP name
        if (!(key in type) || !in_list(name, options[verb])) {
            problem = "no option '" word "'" (word ~ /^--/ ? hint(name, options[verb], "--", 0) : "")
            return
        }
        if (name in given && type[key] != "parameters") {
            problem = "option '" word "' is given twice"
            return
        }
        given[name] = 1
        if (type[key] == "flag") {
            if (has_value) {
                problem = "option '" word "' has no value"
            }
            continue
        }
        if (!has_value) {
            if (i == n || argument[i + 1] ~ /^--/) {
                problem = "option '" word "' needs a value"
                return
            }
            value = argument[++i]
        }
        check_value(key, word, value)
    }
    if (problem == "") {
        check_together(verb, places, count)
    }
}

# What must be there, and what goes together.
function check_together(verb, places, count,  i, list, total, key, others, some) {
    for (i = 1; i <= count; i++) {
        key = verb SUBSEP places[i]
        if (required[key] && !(places[i] in given)) {
            problem = places[i] " is missing" (names[key] == "-" ? "" : "; there are: " commas(names[key], "", ", "))
            return
        }
    }
    total = split(options[verb], list, " ")
    for (i = 1; i <= total; i++) {
        key = verb SUBSEP list[i]
        if (required[key] && !(list[i] in given)) {
            problem = "option '--" list[i] "' is missing"
            return
        }
        if (!(list[i] in given)) {
            continue
        }
        if (only[key] != "-" && first != "" && !in_list(first, only[key])) {
            problem = "--" list[i] " is of " verb " " commas(only[key], "", " and " verb " ") ", not of " verb " " first
            return
        }
        if (needs[key] != "-" && (needs_for[key] == "-" || needs_for[key] == first) && !any_given(needs[key])) {
            problem = "--" list[i] (needs_for[key] == "-" ? "" : " of " verb " " first) \
                " goes with " commas(needs[key], "--", " or ") " only"
            return
        }
        if (not_with[key] != "-" && any_given(not_with[key])) {
            problem = "--" list[i] " does not go with " commas(not_with[key], "--", " or ")
            return
        }
    }
}

# Whether a value is of its type and in its range.
function check_value(key, shown, value,  kind, range, code) {
    kind = type[key]
    range = least[key] == "-" ? "" : " from " least[key] " to " most[key]
    if (kind == "name") {
        if (!in_list(value, names[key])) {
            problem = "no " singular(shown) " '" value "'" hint(value, names[key], "", 1)
        }
    } else if (kind == "natural" || kind == "integer" || kind == "real") {
        if (!is_number(kind, value) || (range != "" && (value + 0 < least[key] + 0 || value + 0 > most[key] + 0))) {
            problem = shown " wants a " (kind == "real" ? "number" : "whole number") range ", not '" value "'"
        }
    } else if (kind == "file") {
        code = system("if [ -d " quoted(value) " ]; then exit 2; fi; [ -e " quoted(value) " ]")
        problem = code == 0 ? "" : value (code == 2 ? ": is a directory; name a file" : ": no such file")
    } else if (kind == "parameters") {
        check_parameters(shown, value)
    } else if (kind == "ipv4" && !is_ipv4(value)) {
        problem = shown " wants an IPv4 address like 10.77.0.2, not '" value "'"
    } else if (kind == "mac" && !is_mac(value)) {
        problem = shown " wants a MAC address like 02:4c:48:00:00:02, not '" value "'"
    } else if (kind == "ports" && !are_ports(value)) {
        problem = shown " wants UDP ports from 0 to 65535 like 111,2049, not '" value "'"
    }
}

# Four decimal numbers; no short forms, and no zeros in front, which others take for octal.
function is_ipv4(text,  parts, i) {
    if (split(text, parts, ".") != 4) {
        return 0
    }
    for (i = 1; i <= 4; i++) {
        if (parts[i] !~ /^(0|[1-9][0-9]?[0-9]?)$/ || parts[i] > 255) {
            return 0
        }
    }
    return 1
}

function is_mac(text,  parts, i, between) {
    between = index(text, "-") > 0 ? "-" : ":"
    if (split(text, parts, between) != 6) {
        return 0
    }
    for (i = 1; i <= 6; i++) {
        if (parts[i] !~ /^[0-9a-fA-F][0-9a-fA-F]$/) {
            return 0
        }
    }
    return 1
}

function are_ports(text,  parts, count, i) {
    count = split(text, parts, ",")
    for (i = 1; i <= count; i++) {
        if (parts[i] !~ /^[0-9]+$/ || length(parts[i]) > 5 || parts[i] + 0 > 65535) {
            return 0
        }
    }
    return count > 0
}

function is_number(kind, value) {
    if (kind == "real") {
        return value ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/
    }
    return kind == "natural" ? value ~ /^[0-9]+$/ && length(value) < 20 : value ~ /^-?[0-9]+$/ && length(value) < 19
}

# Parameter=Value,Parameter=Value...: the parameters must be there, and the values be numbers, or names that the parameter can have.
function check_parameters(shown, value,  parts, count, i, name, text, list, total, j, known, choices) {
    count = split(value, parts, ",")
    total = split(parameters, list, " ")
    for (j = 1; j <= total; j++) {
        name = list[j]
        sub(/=.*/, "", name)
        known = known " " name
        choices[name] = index(list[j], "=") > 0 ? substr(list[j], index(list[j], "=") + 1) : "number"
        gsub(/,/, " ", choices[name])
    }
    for (i = 1; i <= count; i++) {
        if (index(parts[i], "=") < 2) {
            problem = shown " wants Parameter=Value, like Cores=4, not '" parts[i] "'"
            return
        }
        name = substr(parts[i], 1, index(parts[i], "=") - 1)
        text = substr(parts[i], index(parts[i], "=") + 1)
        if (!(name in choices)) {
            problem = "no parameter '" name "'" hint(name, known, "", 1)
            return
        }
        if (choices[name] == "number" ? !(text ~ /^[0-9]+$/ && length(text) < 10) : !in_list(text, choices[name])) {
            problem = name " wants " (choices[name] == "number" ? "a whole number from 0 to 999999999" : \
                "one of: " commas(choices[name], "", ", ")) \
                ", not '" text "'"
            return
        }
    }
}

function show(file,  line, lines) {
    while ((getline line < file) > 0) {
        print line
        lines++
    }
    close(file)
    return lines > 0 ? 0 : wrong(file " cannot be read; the working copy is not whole", "")
}

function wrong(text, verb) {
    printf "lauberhorn: %s%s\n", text, text ~ /\?$/ || text ~ /;/ ? " (tools/lauberhorn " verb "--help)" : \
        "; tools/lauberhorn " verb "--help explains" | "cat >&2"
    close("cat >&2")
    return 2
}

function no_verb(name) {
    return "no verb '" name "'" hint(name, verbs, "", 1)
}

# "; did you mean 'x'?", or with "all" what there is.
function hint(name, list, dashes, all,  near) {
    near = nearest(name, list)
    return near != "" ? "; did you mean '" dashes near "'?" : all ? "; there are: " commas(list, dashes, ", ") : ""
}

# The one with the fewest letters to change, if it is near.
function nearest(name, list,  words, count, i, best, at, d) {
    count = split(list, words, " ")
    best = 1 + int(length(name) / 4) + 1
    at = ""
    for (i = 1; i <= count; i++) {
        d = distance(tolower(name), tolower(words[i]))
        if (d < best) {
            best = d
            at = words[i]
        }
    }
    return at
}

# Letters to insert, leave out, change or swap with the next one.
function distance(a, b,  i, j, d, cost, m) {
    for (i = 0; i <= length(a); i++) {
        for (j = 0; j <= length(b); j++) {
            if (i == 0 || j == 0) {
                d[i, j] = i + j
                continue
            }
            cost = substr(a, i, 1) != substr(b, j, 1)
            m = d[i - 1, j - 1] + cost
            m = d[i - 1, j] + 1 < m ? d[i - 1, j] + 1 : m
            m = d[i, j - 1] + 1 < m ? d[i, j - 1] + 1 : m
            if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) && substr(a, i - 1, 1) == substr(b, j, 1) &&
                d[i - 2, j - 2] + 1 < m) {
                m = d[i - 2, j - 2] + 1
            }
            d[i, j] = m
        }
    }
    return d[length(a), length(b)]
}

function in_list(word, list) {
    return word != "" && index(word, " ") == 0 && index(" " list " ", " " word " ") > 0
}

function any_given(list,  words, count, i) {
    count = split(list, words, " ")
    for (i = 1; i <= count; i++) {
        if (words[i] in given) {
            return 1
        }
    }
    return 0
}

function commas(list, before, between,  words, count, i, text) {
    count = split(list, words, " ")
    for (i = 1; i <= count; i++) {
        # Names of arguments are in capitals, and have no dashes.
        text = text (i == 1 ? "" : between) (words[i] ~ /^[A-Z]/ ? "" : before) words[i]
    }
    return text
}

function singular(shown) {
    sub(/^--/, "", shown)
    return shown == "NAME" ? (argument[1] == "bench" ? "benchmark" : "campaign") : tolower(shown)
}

function quoted(text) {
    gsub(/'/, "'\\''", text)
    return "'" text "'"
}

# The completion script of a shell: what there is to complete as lines, then the function that chooses from them.
function complete(shell,  list, total, i, j, words, count, line) {
    print "# Completion of lauberhorn's command line for " shell "; use it by: source <(tools/lauberhorn completion " shell ")"
    print "_lauberhorn_words() {"
    print "    case $1 in"
    print "        verbs) printf '%s\\n' help " verbs " ;;"
    total = split(verbs, list, " ")
    for (i = 1; i <= total; i++) {
        printf "        %s) printf '%%s\\n'", list[i]
        count = split(options[list[i]], words, " ")
        for (j = 1; j <= count; j++) {
            printf " --%s", words[j]
        }
        print " --help ;;"
    }
    for (i = 1; i <= total; i++) {
        count = split(options[list[i]], words, " ")
        for (j = 1; j <= count; j++) {
            complete_value(list[i], list[i] ":--" words[j], words[j])
        }
        if (split(values[list[i]], words, " ") > 0) {
            complete_value(list[i], list[i] ":", words[1])
        }
    }
    print "        help:) printf '%s\\n' " verbs " ;;"
    print "    esac"
    print "}"
    while ((getline line < (dir "/completion." shell)) > 0) {
        if (line !~ /^# SPDX/) {
            print line
        }
    }
    return 0
}

function complete_value(verb, label, name,  key, list) {
    key = verb SUBSEP name
    if (type[key] == "flag") {
        return
    }
    list = names[key] != "-" ? names[key] : type[key] == "file" || name == "output" ? "%files" : \
        type[key] == "parameters" ? parameters : "%any"
    if (type[key] == "parameters") {
        list = " " list
        gsub(/=[^ ]*/, "", list)
        gsub(/ [^ ]+/, "&=", list)
    }
    print "        " label ") printf '%s\\n' " list " ;;"
}
