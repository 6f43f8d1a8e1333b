#!/bin/sh
# SPDX-License-Identifier: MIT
# scripts/deps.sh with made-up package managers: it asks the right one, prints its commands, and
# does nothing when nothing is missing.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck disable=SC2016 # the made-up programs expand their own words
set -u

bad=0
# Links to real programs and made-up programs live apart, and a made-up one is put in place by a
# rename: writing through a link would change the real program.
real=$TMPDIR/real made=$TMPDIR/made
mkdir "$real" "$made"
for name in sh grep cat; do
	ln -s "$(command -v $name)" "$real/$name"
done

# tool NAME LINES: a made-up program called NAME.
tool()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$TMPDIR/new"
	chmod +x "$TMPDIR/new"
	mv -f "$TMPDIR/new" "$made/$1"
}

# expect CODE TEXT WORD...: deps.sh WORD... ends with CODE and says TEXT.
expect()
{
	code=$1 text=$2
	shift 2
	said=$(PATH=$made:$real sh scripts/deps.sh "$@" 2>&1)
	got=$?
	[ "$got" -eq "$code" ] || {
		echo "deps.sh $*: exit $got, expected $code: $said"
		bad=1
	}
	case $said in
	*"$text"*) ;;
	*)
		echo "deps.sh $*: '$text' is not in: $said"
		bad=1
		;;
	esac
}

expect 1 'no apt-get, dnf, pacman or zypper here'
expect 64 "unknown word '--lnit'; accepted: --lint --browser --list" --lnit

tool id 'echo 0'
tool zypper 'echo "did: $*"'
tool rpm 'exit 1'
expect 0 '+ zypper --non-interactive install --no-recommends gcc make pkg-config libjansson-devel'
tool dnf 'echo "did: $*"'
expect 0 'did: install -y gcc make pkgconf-pkg-config jansson-devel expat-devel hwloc-devel'
expect 0 'ShellCheck' --lint --list
expect 0 'chromedriver' --browser --list
tool id 'echo 1000'
expect 1 'not root and no sudo here; run this as root: dnf install -y gcc'
tool sudo 'echo "as root: $*"'
expect 0 'as root: dnf install -y gcc'
tool rpm 'exit 0'
expect 0 'everything is there, nothing to do'

tool id 'echo 0'
tool apt-get 'case $1 in update) exit 100 ;; esac; echo "did: $*"; exit 3'
tool env 'shift; exec "$@"'
tool dpkg-query 'case $4 in libhwloc-dev) echo "deinstall ok config-files" ;; *) echo "install ok installed" ;; esac'
expect 3 'did: install -y --no-install-recommends libhwloc-dev'
tool gnuplot ':'
tool dpkg-query 'case $4 in gnuplot-nox) exit 1 ;; esac; echo "install ok installed"'
expect 0 'everything is there, nothing to do'

# Without a libpython the script recommends one. It is not an error if it cannot be installed.
tool ldconfig 'echo "  libpython3.so (libc6) => /lib/libpython3.so"'
tool apt-cache 'printf "libpython3.9\nlibpython3.11\nlibpython3.10\nlibpython3.11-dev\n"'
ln -s "$(command -v sort)" "$(command -v tail)" "$real"
expect 0 'did: install -y --no-install-recommends libpython3.11'
expect 0 'libpython3.11 could not be installed, going on without'
tool ldconfig 'echo "  libpython3.9.so.1.0 (libc6) => /lib/libpython3.9.so.1.0"'
tool apt-cache 'echo "asked for no reason" >&2'
expect 0 'everything is there, nothing to do'
case $said in
*recommended* | *asked*)
	echo "deps.sh installs a second libpython: $said"
	bad=1
	;;
esac

rm -r "$real" "$made"
exit "$bad"
