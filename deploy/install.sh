#!/bin/sh
# Installs the assistant from the folder that this file lies in, without any network: see docs/offline.md.
#
#   sh install.sh [--python311 PATH] [--python310 PATH] [FOLDER]        FOLDER: /opt/yingsu
#
# Everything is made beside FOLDER, tried, and only then put in its place, so that a fault or Ctrl-C at any moment
# leaves what was there before. Exit codes: 0 installed, 2 a fault that one sentence names, 130 interrupted.
set -eu
umask 022 # the service's user reads what root installs
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
python311='' python310='' folder='' stage='' log='' step='准备' began=$(date +%s)

say() { printf '%s\n' "$*"; }
fail() {
    say "$*" >&2
    exit 2
}
leave() {
    code=$?
    trap '' INT TERM HUP # nothing interrupts the tidying up
    [ -z "$stage" ] || rm -rf -- "$stage"
    [ -z "$log" ] || [ "$code" -eq 2 ] || rm -f -- "$log"
    exit "$code"
}
interrupted() {
    say '安装已中断，没有改动任何东西；继续请再运行一次。' >&8
    exit 130
}
exec 8>&2 # a signal finds standard error turned to the log
trap leave EXIT
trap interrupted INT TERM HUP

begin() {
    step=$1
    say "[$(($(date +%s) - began)) 秒] $step"
}
# Runs a command whose words nobody wants to read unless it fails.
quietly() {
    { "$@"; } >>"$log" 2>&1 || { # in braces, or else bash itself tells that a command was stopped
        if grep -q -e 'No space left' -e 'os error 28' "$log"; then
            fail "“$step”时磁盘写满了：请腾出空间后再运行（详见 $log）。"
        fi
        fail "“$step”没有成功：请查看 $log。"
    }
}

# A Python that runs, is of the version, and has what Linux distributions sometimes leave out.
works() {
    [ "$("$1" -I -c 'import ctypes, sqlite3, ssl, sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$2" ]
}
# Prints the first that works: the system's, which a service's user can read too, then PATH's, pyenv's, uv's.
find_python() {
    for found in "/usr/bin/python$1" "/usr/local/bin/python$1" "$(command -v "python$1" || :)" \
        "${PYENV_ROOT:-${HOME:-/root}/.pyenv}/versions/$1".*/bin/"python$1" \
        "$("$here/bin/uv" python find --system "$1" 2>/dev/null || :)"; do
        if [ -n "$found" ] && works "$found" "$1"; then
            say "$found"
            return
        fi
    done
}
# $1 version, $2 the option's name, $3 what the option said
python_for() {
    if [ -n "$3" ]; then
        works "$3" "$1" || fail "$3 不是能用的 Python $1（要带 ctypes、sqlite3、ssl）：请用 $2 指定另一个。"
        found=$3
    else
        found=$(find_python "$1")
        [ -n "$found" ] || fail "这台机器上没有能用的 Python $1：请先安装，或用 $2 指定它的路径。"
    fi
    # A shim of pyenv's starts another one when people choose another one.
    "$found" -I -c 'import os, sys; print(os.path.realpath(sys.executable))'
}

# uv's settings of this machine name indexes that cannot be reached.
for name in $(env | sed -n 's/^\(UV_[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV CONDA_PREFIX PYTHONDONTWRITEBYTECODE
export UV_OFFLINE=1 UV_NO_CONFIG=1 UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never

while [ $# -gt 0 ]; do
    case $1 in
    --python311 | --python310)
        [ $# -ge 2 ] || fail "$1 后面要写 Python 的路径。"
        if [ "$1" = --python311 ]; then python311=$2; else python310=$2; fi
        shift 2
        ;;
    -*) fail "没有 $1 这个选项：用法是 sh install.sh [--python311 路径] [--python310 路径] [文件夹]。" ;;
    *)
        [ -z "$folder" ] || fail "只能装到一个文件夹，却写了 $folder 和 $1。"
        folder=$1
        shift
        ;;
    esac
done
folder=${folder:-/opt/yingsu}
folder=${folder%/}
case $folder in
*[[:space:]\"\'\\\|\&%$]*) fail "文件夹的名字 $folder 里有空格或特殊符号：请换一个名字。" ;;
/*) ;;
*) folder=$PWD/$folder ;;
esac
name=${folder##*/} parent=${folder%/*}
parent=${parent:-/}
case $name in '' | . | ..) fail "不能装到 $folder：请写一个新文件夹的名字，如 /opt/yingsu。" ;; esac

[ -r "$here/bundle.conf" ] && [ -r "$here/SHA256SUMS" ] || fail "$here 里的安装包不完整：请重新解压。"
# shellcheck source=/dev/null
. "$here/bundle.conf" # version, glibc (the oldest that will do), room (in MB)
[ "$(uname -s) $(uname -m)" = 'Linux x86_64' ] || fail "这个安装包只能用在 x86_64 的 Linux 上，这台机器是 $(uname -s) $(uname -m)。"
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null || :)
libc=${libc#glibc }
{ [ -n "$libc" ] && [ "$(printf '%s\n%s\n' "$glibc" "$libc" | sort -V | head -n 1)" = "$glibc" ]; } ||
    fail "这个安装包要 glibc $glibc 以上，这台机器是 ${libc:-别的 C 库}：请换较新的系统。"

begin '核对安装包'
damaged=$(cd "$here" && sha256sum -c --quiet SHA256SUMS 2>/dev/null | head -n 1 || :)
[ -z "$damaged" ] || fail "安装包里的 ${damaged%%:*} 缺失或被改动：请重新拷贝安装包。"
(cd "$here" && sha256sum -c --status SHA256SUMS 2>/dev/null) || fail "安装包缺少文件或清单损坏：请重新拷贝安装包。"
this=$(sha256sum <"$here/SHA256SUMS" | cut -c 1-64)

[ -d "$parent" ] || fail "没有 $parent 这个文件夹：请先建立它。"
[ -w "$parent" ] || fail "不能在 $parent 里写：请换一个文件夹，或用有权限的用户运行。"
parent=$(CDPATH='' cd -- "$parent" && pwd -P)
folder=${parent%/}/$name
exec 9<"$parent"
flock -n 9 || fail "另一个安装正在 $parent 里进行：请等它结束。"
old=${parent%/}/.$name.old
if [ -d "$old" ]; then # a machine that stopped between two renames
    if [ -e "$folder" ]; then rm -rf -- "$old"; else mv -- "$old" "$folder"; fi
fi
if [ -e "$folder" ] || [ -L "$folder" ]; then
    { [ -d "$folder" ] && [ ! -L "$folder" ]; } || fail "$folder 不是文件夹：请换一个名字。"
    if [ -n "$(ls -A "$folder")" ]; then
        [ -r "$folder/.installed" ] || fail "$folder 里有别的东西：请换一个文件夹，或先清空它。"
        for entry in "$folder"/* "$folder"/.[!.]*; do
            { [ -e "$entry" ] || [ -L "$entry" ]; } || continue
            grep -Fqx -- "${entry##*/}" "$folder/.installed" ||
                fail "$folder 里有不属于本程序的 ${entry##*/}：更新会换掉整个文件夹，请先把它移走。"
        done
        if grep -Fqx -- "# $this" "$folder/.installed" && works "$folder/.venv/bin/python" 3.11 &&
            works "$folder/nlu/.venv/bin/python" 3.10; then
            say "$folder 里已经是这个版本（$version），没有改动。"
            exit 0
        fi
    fi
fi
free=$(df -Pk "$parent" | awk 'NR == 2 { print int($4 / 1024) }')
[ "$free" -ge "$room" ] || fail "磁盘空间不够：$parent 要约 $room MB，只剩 $free MB；请腾出空间。"
python311=$(python_for 3.11 --python311 "$python311")
python310=$(python_for 3.10 --python310 "$python310")

log=$(mktemp "${TMPDIR:-/tmp}/yingsu-install.XXXXXX")
stage=${parent%/}/.$name.new
rm -rf -- "$stage"
mkdir -- "$stage"
export UV_CACHE_DIR="$stage/.cache" # on the same disk, so that uv links files and copies none
# $1 Python, $2 folder of the environment, $3 list and folder of wheels
environment() {
    quietly "$here/bin/uv" venv --no-project --relocatable --python "$1" "$stage/$2"
    quietly "$here/bin/uv" pip sync --python "$stage/$2/bin/python" --no-index --find-links "$here/wheels/$3" \
        --require-hashes --compile-bytecode "$here/wheels/$3.txt"
}
begin "安装应用（$python311）"
quietly cp -R "$here/program/." "$stage/"
environment "$python311" .venv app
quietly "$stage/.venv/bin/python" -m compileall -q "$stage/bot" "$stage/actions" "$stage/knowledge"
begin "安装 Rasa（$python310）"
environment "$python310" nlu/.venv rasa
quietly "$stage/nlu/.venv/bin/python" -m compileall -q -x '/\.venv/' "$stage/nlu"
rm -rf -- "$stage/.cache"

begin '试运行'
# Without this machine's settings, so that no records of people's are touched.
env -i PATH="$PATH" HOME="$stage/.trial" YINGSU_HOME="$stage/.trial" PYTHONUTF8=1 \
    "$stage/.venv/bin/yingsu" doctor >>"$log" 2>&1 ||
    fail "装好的程序没有通过检查（$(grep -m 1 -F '[缺]' "$log" || say '没有结果')）：请查看 $log。"
rm -rf -- "$stage/.trial"
"$stage/nlu/.venv/bin/python" -c 'import tensorflow, rasa' >>"$log" 2>&1 ||
    fail "Rasa 在这台机器上运行不了（处理器要支持 AVX）：请查看 $log。"

sed -i "s|/opt/yingsu|$folder|g" "$stage/deploy/yingsu.service"
{
    say "# $this"
    ls -A "$stage" # with this file itself
} >"$stage/.installed"
sync
trap '' INT TERM HUP
[ ! -e "$folder" ] || mv -- "$folder" "$old"
mv -- "$stage" "$folder"
stage=''
rm -rf -- "$old"
say "[$(($(date +%s) - began)) 秒] 已装好：应诉助手 $version 在 $folder，占 $(du -sm "$folder" | cut -f 1) MB。"
say "对话：$folder/.venv/bin/yingsu chat"
say "服务：照 $folder/docs/offline.md 启用；已经在运行的，请重新启动 yingsu。"
for python in "$python311" "$python310"; do
    case $python in
    /root/* | /home/*) say "提示：$python 在个人目录里，服务读不到；要当服务用，请在 /usr 或 /opt 下装这个 Python 后再装一次。" ;;
    esac
done
