# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tools/lauberhorn, tools/test and .ci/run share. Source it; it changes neither directory nor input.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1

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
    command -v apt-get >/dev/null || die "missing: ${packages[*]} (names of Debian's packages); install them, this is no machine with apt-get"
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
    command -v dotnet >/dev/null || die "the .NET SDK 10 is missing: https://dotnet.microsoft.com/download, or apt-get install dotnet-sdk-10.0"
    (cd "$root" && dotnet --version >/dev/null 2>&1) ||
        die "the .NET SDK here is not the one that $root/global.json asks for: https://dotnet.microsoft.com/download"
}

# Prints a digest of all that a build reads: names, sizes and times, so that it costs milliseconds.
source_digest() {
    (cd "$root" && find . \( -name bin -o -name obj -o -name .git -o -path ./build -o -path ./docs \) -prune -o -type f \
        \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.sln' -o -name '*.json' -o -name '.editorconfig' \) \
        -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum | cut -d ' ' -f 1)
}

# build TARGET NAME RESULT: builds a project or solution (Release) if a source or RESULT changed since the last time.
build() {
    local target=$1 stamp=$root/build/$2.stamp log=$root/build/$2.log result=$3 digest started=$SECONDS
    digest=$(source_digest)
    if [[ -e $result && -e $stamp && $(<"$stamp") == "$digest" ]]; then
        return 0
    fi
    mkdir -p "$root/build"
    exec 8>"$root/build/lock"
    flock 8
    # Another one may have built it while this one waited.
    if [[ ! -e $result || ! -e $stamp || $(<"$stamp") != "$digest" ]]; then
        ensure_sdk
        say "building $2 (only when a source has changed; the first time takes a minute or two) ..."
        # The output goes to a file, because the compiler's server keeps it open when the build has ended.
        if ! (cd "$root" && dotnet build "$target" -c Release --nologo -v quiet -clp:NoSummary </dev/null >"$log" 2>&1 8>&-); then
            grep -E '(error|warning) ' "$log" | sort -u | head -n 20 >&2 || true
            say "the build failed; all of it is in $log"
            exit 1
        fi
        printf '%s\n' "$digest" >"$stamp"
        say "built in $((SECONDS - started)) s"
    fi
    exec 8>&-
}
