#!/bin/sh
# SPDX-License-Identifier: MIT
# Every edit of tests/mutants.txt still applies. `make mutants` checks that tests notice them.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
set -u

said=$(tests/mutants.sh --check) && exit 0
echo "$said" | grep '^not ok'
exit 1
