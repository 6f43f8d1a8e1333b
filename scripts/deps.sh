#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh [--lint] [--browser] [--list]: install the packages for tollgate that this machine lacks.
#
#   (nothing)  to build, test and draw        --lint   also the tools of `make lint`
#   --browser  also a browser, in which a test looks at the report page
#   --list     print the package names for this system and change nothing
#
# Prints each command before it runs it, uses sudo only when not root, and runs none if nothing is
# missing. Debian and Ubuntu are tested. The names for the others are those of their packages.
set -eu

# Concurrency Kit and liburing are in the lists where they are packaged. The build works without
# them. One package per word. `package:command` is also met if another package has the command.
apt_base='build-essential pkg-config libjansson-dev libexpat1-dev libhwloc-dev libpfm4-dev libcmocka-dev
	libck-dev liburing-dev gnuplot-nox:gnuplot fonts-liberation'
apt_lint='clang:clang clang-format:clang-format clang-tidy:clang-tidy cppcheck:cppcheck
	shellcheck:shellcheck mandoc:mandoc codespell:codespell gettext:xgettext'
apt_browser='chromium:chromium chromium-driver:chromedriver curl:curl'
dnf_base='gcc:gcc make:make pkgconf-pkg-config:pkg-config jansson-devel expat-devel
	hwloc-devel libpfm-devel libcmocka-devel ck-devel liburing-devel gnuplot:gnuplot
	liberation-sans-fonts'
dnf_lint='clang:clang clang-tools-extra:clang-tidy cppcheck:cppcheck ShellCheck:shellcheck
	mandoc:mandoc codespell:codespell gettext:xgettext libasan libubsan libtsan'
dnf_browser='chromium:chromium chromedriver:chromedriver curl:curl'
pacman_base='gcc:gcc make:make pkgconf:pkg-config jansson expat hwloc libpfm cmocka
	gnuplot:gnuplot liburing ttf-liberation'
pacman_lint='clang:clang-tidy cppcheck:cppcheck shellcheck:shellcheck mandoc:mandoc
	codespell:codespell gettext:xgettext'
pacman_browser='chromium:chromium curl:curl'
zypper_base='gcc:gcc make:make pkg-config:pkg-config libjansson-devel libexpat-devel hwloc-devel
	libpfm-devel libcmocka-devel liburing-devel gnuplot:gnuplot liberation-fonts'
zypper_lint='clang:clang-tidy cppcheck:cppcheck ShellCheck:shellcheck mandoc:mandoc
	python3-codespell:codespell gettext-tools:xgettext'
zypper_browser='chromium:chromium chromedriver:chromedriver curl:curl'

have()
{
	command -v "$1" >/dev/null 2>&1
}

find_manager()
{
	for manager in apt-get dnf pacman zypper; do
		! have "$manager" || return 0
	done
	cat >&2 <<-END
	deps.sh: no apt-get, dnf, pacman or zypper here; install by hand, then run make:
	    a C compiler, make, pkg-config, gnuplot, and with their headers
	    jansson, expat, hwloc, libpfm4, cmocka
	END
	exit 1
}

packages()
{
	case $manager in
	apt-get) echo "$apt_base${lint:+ $apt_lint}${browser:+ $apt_browser}" ;;
	dnf) echo "$dnf_base${lint:+ $dnf_lint}${browser:+ $dnf_browser}" ;;
	pacman) echo "$pacman_base${lint:+ $pacman_lint}${browser:+ $pacman_browser}" ;;
	zypper) echo "$zypper_base${lint:+ $zypper_lint}${browser:+ $zypper_browser}" ;;
	esac
}

# installed PACKAGE[:COMMAND]
installed()
{
	case $1 in
	*:*) ! have "${1#*:}" || return 0 ;;
	esac
	name=${1%%:*}
	case $manager in
	apt-get) dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q ' installed$' ;;
	dnf | zypper) rpm -q --whatprovides "$name" >/dev/null 2>&1 ;;
	pacman) pacman -Qq "$name" >/dev/null 2>&1 ;;
	esac
}

# Print a command, then run it as root.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		echo "+ $*"
		"$@"
	elif have sudo; then
		echo "+ sudo $*"
		sudo "$@"
	else
		echo "deps.sh: not root and no sudo here; run this as root: $*" >&2
		exit 1
	fi
}

install_packages()
{
	case $manager in
	apt-get)
		as_root apt-get update || echo "deps.sh: package lists not refreshed, going on" >&2
		as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y --no-install-recommends "$@"
		;;
	dnf) as_root dnf install -y "$@" ;;
	pacman) as_root pacman -S --needed --noconfirm "$@" ;;
	zypper) as_root zypper --non-interactive install --no-recommends "$@" ;;
	esac
}

# The package of a libpython, if this machine has none: `tollgate validate` judges the emulated GIL
# by a real interpreter. Everything else works without it, so a failure here is not an error.
recommended()
{
	known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) || return 0
	case $known in
	*libpython[23].[0-9]*) return 0 ;;
	esac
	case $manager in
	apt-get)
		! have apt-cache || apt-cache pkgnames libpython3 | grep '^libpython3\.[0-9]*$' |
			sort -t . -k 2n | tail -n 1
		;;
	dnf) echo python3-libs ;;
	pacman) echo python ;;
	esac
}

install_recommended()
{
	package=$(recommended)
	[ -n "$package" ] || return 0
	echo "deps.sh: recommended, a real GIL for tollgate validate: $package"
	(install_packages "$package") ||
		echo "deps.sh: $package could not be installed, going on without" >&2
}

lint='' browser='' list=''
for word; do
	case $word in
	--lint) lint=yes ;;
	--browser) browser=yes ;;
	--list) list=yes ;;
	*)
		echo "deps.sh: unknown word '$word'; accepted: --lint --browser --list" >&2
		exit 64
		;;
	esac
done

find_manager
missing=
for package in $(packages); do
	if [ -n "$list" ]; then
		echo "${package%%:*}"
	elif ! installed "$package"; then
		missing="$missing ${package%%:*}"
	fi
done
[ -z "$list" ] || exit 0
if [ -z "$missing" ]; then
	echo "deps.sh: everything is there, nothing to do"
	install_recommended
	exit 0
fi
echo "deps.sh: missing:$missing"
# shellcheck disable=SC2086 # one word per package
install_packages $missing
install_recommended
