# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tools/lauberhorn, tools/test and .ci/run share. Source it; it changes neither directory nor input.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export DOTNET_CLI_UI_LANGUAGE=en

say() {
    printf 'lauberhorn: %s\n' "$*" >&2
}

die() {
    say "$*"
    exit 2
}

# What is needed beside the .NET SDK: what to look for, the Debian package that brings it, what for.
# shellcheck disable=SC2034 # used by those who source this
needed=(
    "ghdl|ghdl|checks the VHDL and turns it into Verilog"
    "verilator|verilator|compiles that Verilog for co-simulation"
    "yosys|yosys|synthesises the VHDL to count logic"
    "g++|g++|compiles the co-simulation"
    "make|make|builds the co-simulation"
    "/usr/include/zlib.h|zlib1g-dev|compresses the co-simulation's waveforms"
    "tshark|tshark|is an independent witness of what a capture holds"
)

# The same for the demo's live call.
# shellcheck disable=SC2034 # used by those who source this
needed_live=(
    "rpcgen|rpcsvc-proto|writes the stubs of the demo's client"
    "/usr/include/tirpc/rpc/rpc.h|libtirpc-dev|is the library of the demo's client"
    "cc|gcc|compiles the demo's client"
    "ip|iproute2|makes the network namespace in which the demo's client runs"
    "ping|iputils-ping|asks the kernel's end of the demo's wire for an answer"
)

# Prints the packages that are missing from a list like the one above, which is given as arguments.
missing_packages() {
    local entry what package purpose
    for entry in "$@"; do
        IFS='|' read -r what package purpose <<<"$entry"
        if [[ $what == /* ]]; then
            [[ -e $what ]] || printf '%s|%s\n' "$package" "$purpose"
        else
            command -v "$what" >/dev/null || printf '%s|%s\n' "$package" "$purpose"
        fi
    done
}

# Installs what is missing from a list like the one above, which is given as arguments; says what and why.
ensure_packages() {
    local missing packages=() line sudo=()
    missing=$(missing_packages "$@")
    [[ -n $missing ]] || return 0
    while IFS= read -r line; do
        packages+=("${line%%|*}")
    done <<<"$missing"
    if [[ ${LAUBERHORN_NO_INSTALL:-} == 1 ]]; then
        say "not installed, because LAUBERHORN_NO_INSTALL=1: ${packages[*]}"
        return 0
    fi
    command -v apt-get >/dev/null \
        || die "missing: ${packages[*]} (names of Debian's packages); install them, this is no machine with apt-get"
    if [[ $(id -u) != 0 ]]; then
        command -v sudo >/dev/null || die "missing: ${packages[*]}; as root: apt-get install ${packages[*]}"
        sudo=(sudo)
        if [[ ! -t 0 ]]; then
            sudo -n true 2>/dev/null || die "missing, and sudo wants a password: sudo apt-get install ${packages[*]}"
        fi
    fi
    while IFS='|' read -r package purpose; do
        say "installing $package, which $purpose"
    done <<<"$missing"
    mkdir -p "$root/build"
    local log=$root/build/apt.log
    local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120)
    if ! "${apt[@]}" install -y --no-install-recommends "${packages[@]}" </dev/null >"$log" 2>&1; then
        # The package lists may be absent or too old.
        if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${packages[@]}"; } </dev/null >>"$log" 2>&1; then
            die "apt-get could not install ${packages[*]}; it says why in $log"
        fi
    fi
}

# Exits unless there is an SDK that global.json accepts.
ensure_sdk() {
    command -v dotnet >/dev/null \
        || die "the .NET SDK 10 is missing: https://dotnet.microsoft.com/download, or apt-get install dotnet-sdk-10.0"
    (cd "$root" && dotnet --version >/dev/null 2>&1) ||
        die "the .NET SDK here is not the one that $root/global.json asks for: https://dotnet.microsoft.com/download"
}

# Prints a digest of all that a build reads: names, sizes and times, so that it costs milliseconds.
source_digest() {
    (cd "$root" && find . \( -name bin -o -name obj -o -name .git -o -path ./build -o -path ./docs \) -prune -o -type f \
        \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.sln' \
            -o -name '*.json' -o -name '.editorconfig' \) \
        -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum | cut -d ' ' -f 1)
}

# Exits unless what a build writes to can be written to; the SDK's own messages about it name neither cause nor way out.
ensure_writable() {
    if ! mkdir -p "$root/build" 2>/dev/null || [[ ! -w $root/build || ! -w $root/hdl/SME ]]; then
        die "the working copy $root cannot be written to, and a build writes beside the sources: copy it to where you may write"
    fi
    local home=${DOTNET_CLI_HOME:-${HOME:-}}
    [[ -n $home ]] || die "HOME is not set, and the .NET SDK keeps packages there: export HOME=/some/directory"
    if ! mkdir -p "$home" 2>/dev/null || [[ ! -w $home ]]; then
        die "the home directory $home cannot be written to, and the .NET SDK keeps packages there: export HOME=/some/directory"
    fi
}

# Prints a digest of all that says which packages a build needs.
package_digest() {
    (cd "$root" && find . \( -name bin -o -name obj -o -name .git -o -path ./build \) -prune -o -type f \
        \( -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name global.json \) -printf '%p %s %T@\n' |
        LC_ALL=C sort | sha256sum | cut -d ' ' -f 1)
}

# is_built NAME RESULT DIGEST: whether the last build of NAME, or of everything, was of these sources.
is_built() {
    local stamp
    [[ -e $2 ]] || return 1
    for stamp in "$root/build/$1.stamp" "$root/build/everything.stamp"; do
        [[ -e $stamp && $(<"$stamp") == "$3" ]] && return 0
    done
    return 1
}

# Shows how far a build is, until the process $1 ends: which project is compiled, of how many, and the seconds. $2 its log, $3 what it is
# called.
show_build() {
    local process=$1 log=$2 name=$3 started=$SECONDS next=10 line="" at_work
    while kill -0 "$process" 2>/dev/null; do
        sleep 0.5
        at_work=$(sed -n 's/^ *at work: //p' "$log" | tail -n 1)
        line="building $name: ${at_work:-packages are looked up} ($(grep -c '^ *at work: ' "$log" || true) projects), "
        line+="$((SECONDS - started)) s"
        if [[ -t 2 ]]; then
            printf '\r\033[Klauberhorn: %s' "$line" >&2
        elif ((SECONDS - started >= next)); then
            say "$line"
            next=$((next + 10))
        fi
    done
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
}

# build TARGET NAME RESULT [WHAT]: builds a project, solution or part of it (Release) if a source or RESULT changed since the last time.
# With CI=true all that analyzers say is an error (Directory.Build.props), so that nothing that was built without them can be kept.
build() {
    local target=$1 stamp=$root/build/$2.stamp log=$root/build/$2.log result=$3 what=${4:-$2} digest packages started=$SECONDS mode=()
    digest=$(source_digest)
    if [[ ${CI:-} == true ]]; then
        digest+=" strict"
    fi
    if is_built "$2" "$result" "$digest"; then
        return 0
    fi
    ensure_writable
    ensure_sdk
    exec 8>"$root/build/lock"
    if ! flock -n 8; then
        say "another build of this working copy is at work; waiting for its end ..."
        flock 8
    fi
    # Another one may have built it while this one waited.
    if ! is_built "$2" "$result" "$digest"; then
        say "building $what (only when a source has changed; the first time takes a minute or two) ..."
        if [[ ${CI:-} == true ]]; then
            mode=(--no-incremental)
        fi
        packages=$(package_digest)
        if [[ -e $root/build/$2.packages && $(<"$root/build/$2.packages") == "$packages" ]]; then
            # They were looked up by the last build; that takes longer than compiling a project.
            mode+=(--no-restore)
        fi
        rm -f "$root/build/$2.packages"
        # The output goes to a file, because the compiler's server keeps it open when the build has ended.
        # A compiler that lives for a minute gains nothing by instrumenting itself.
        (cd "$root" && exec env DOTNET_TieredPGO=0 dotnet build "$target" -c Release --nologo -v minimal -clp:NoSummary \
            -p:SaysWhatIsAtWork=true "${mode[@]}" </dev/null >"$log" 2>&1 8>&-) &
        local process=$! code=0
        # In the background nobody else passes these on.
        # shellcheck disable=SC2064 # this process is meant
        trap "kill $process 2>/dev/null; exit 130" INT TERM HUP
        show_build "$process" "$log" "$what" 8>&-
        wait "$process" || code=$?
        trap - INT TERM HUP
        if ((code != 0)) && [[ ${mode[*]-} == *--no-restore* ]] && grep -qE 'NETSDK1004|NETSDK1064' "$log"; then
            say "packages are gone since the last build; once more"
            exec 8>&-
            build "$@"
            return
        fi
        if ((code != 0)); then
            grep -E '(error|warning) ' "$log" | sed 's/ \[[^]]*\]$//' | sort -u | head -n 20 >&2 || true
            say "the build failed; all of it is in $log"
            exit 1
        fi
        printf '%s\n' "$digest" >"$stamp"
        printf '%s\n' "$packages" >"$root/build/$2.packages"
        say "built in $((SECONDS - started)) s"
    fi
    exec 8>&-
}
