#!/bin/sh
# SPDX-License-Identifier: MIT
# python-twins.sh RUN [OPTION]...: measure the Python of this machine beside the twins in a run, and compute its
# summary anew. --help lists the options. Environment: PYTHON (python3), TOLLGATE (build/tollgate).
# Exit: 0 ok, 1 not written, 64 usage, 77 there is no Python, or nothing to do, 130 interrupted.
set -u

python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || {
	echo "python-twins: there is no $python here; install Python 3.8 or newer, or name one: PYTHON=/path/to/python3" >&2
	exit 77
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null || {
	echo "python-twins: $python is older than 3.8, or does not run" >&2
	exit 77
}
# -B: leave no compiled files beside the scripts
exec "$python" -B "$(dirname "$0")/python_twins.py" "$@"
