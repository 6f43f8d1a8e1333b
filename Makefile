# SPDX-License-Identifier: MIT
#
# tollgate: GNU make, no configure step, no recursion into folders. Everything built lies in build/.
#
#   make CC=clang CFLAGS=-O3      your compiler, your flags (ours are kept beside them)
#   make WERROR=1                 warnings are errors
#   make SAN=address,undefined    or SAN=thread: a sanitizer build, in a folder of its own
#   make HWLOC=0 LIBPFM=0 CK=0 LIBURING=0   build without a library
#   make V=1                      show the commands
#   make BUILD=/tmp/b             put the build somewhere else

SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:

# ---- yours to set -------------------------------------------------------------------------------

CFLAGS   ?= -O2 $(if $(SAN),-g1,-g)
CPPFLAGS ?=
LDFLAGS  ?=
LDLIBS   ?=
PREFIX   ?= /usr/local
DESTDIR  ?=
INSTALL  ?= install
OBJDUMP  ?= objdump
CLANG_FORMAT ?= clang-format
CLANG_TIDY   ?= clang-tidy
HWLOC    ?= 1
LIBPFM   ?= 1
# Concurrency Kit is used if it is installed. 1 requires it, 0 builds without it.
CK       ?= $(if $(shell CC='$(CC)' CPPFLAGS='$(CPPFLAGS)' scripts/check-deps.sh ck),1,0)
LIBURING ?= $(if $(shell pkg-config --exists liburing 2>/dev/null && echo yes),1,0)
WERROR   ?= 0
SAN      ?=
# Unit tests carry no debug information of the program, which halves the time to link them. Sanitizers
# need it, and so does a debugger: UNIT_STRIP= keeps it.
UNIT_STRIP ?= $(if $(SAN),,-Wl,--strip-debug)
V        ?= 0
JOBS     ?= 2
RUN      ?= results/latest

comma := ,
BUILD ?= build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))
B     := $(BUILD)

# ---- ours ---------------------------------------------------------------------------------------

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings -Wpointer-arith -Wundef \
	-Wformat=2
# Under a sanitizer gcc warns of code that only its own checks make, so no warning is an error there.
ifeq ($(WERROR)$(SAN),1)
warnings += -Werror
endif

# Function and loop heads on fixed boundaries, because an edit far away would otherwise change a loop's speed.
codegen := -falign-functions=64 -falign-loops=32 -fno-plt
ifneq ($(SAN),)
sanitizer := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

ours_cflags   := -std=c17 $(warnings) $(codegen) $(sanitizer) -pthread -ffile-prefix-map=$(CURDIR)=.
ours_cppflags := -I. -D_GNU_SOURCE
ours_ldflags  := $(sanitizer) -pthread -Wl,-z,nostart-stop-gc
# A copy of a body per lock kind means as many descriptions of it. Compressed, these take a third of the
# space in the installed program. Test programs are not worth the time.
compressed    := -Wl,--compress-debug-sections=zlib
# jansson reads JSON, expat reads SVG.
ours_cppflags += $(shell pkg-config --cflags jansson expat 2>/dev/null)
ours_ldlibs   := -lm -ldl $(shell pkg-config --libs jansson expat 2>/dev/null || echo -ljansson -lexpat)

ours_cppflags += -DTOLLGATE_HWLOC=$(if $(filter 0,$(HWLOC)),0,1)
ours_cppflags += -DTOLLGATE_LIBPFM=$(if $(filter 0,$(LIBPFM)),0,1)
CK            := $(CK)
ours_cppflags += -DTOLLGATE_CK=$(if $(filter 0,$(CK)),0,1)
ifneq ($(HWLOC),0)
ours_cppflags += $(shell pkg-config --cflags hwloc 2>/dev/null)
ours_ldlibs   += $(shell pkg-config --libs hwloc 2>/dev/null || echo -lhwloc)
endif
LIBURING := $(LIBURING)
ours_cppflags += -DTOLLGATE_LIBURING=$(if $(filter 0,$(LIBURING)),0,1)
ifneq ($(LIBURING),0)
ours_ldlibs   += $(shell pkg-config --libs liburing 2>/dev/null || echo -luring)
endif
ifneq ($(LIBPFM),0)
ours_ldlibs   += -lpfm
endif

# The build as in `tollgate version` and run.json, without words that hold a path or a quote.
told_flags := $(foreach word,$(CFLAGS) $(codegen) $(sanitizer),$(if \
	$(findstring /,$(word))$(findstring ",$(word))$(findstring ',$(word)),,$(word)))
ours_cppflags += -DTOLLGATE_CFLAGS='"$(strip $(told_flags))"'
git := $(shell GIT_OPTIONAL_LOCKS=0 git describe --always --tags --dirty --abbrev=12 2>/dev/null \
	|| echo unknown)

harness_sources := $(sort $(wildcard harness/*.c harness/*/*.c))
bench_sources   := $(sort $(wildcard bench/*.c))
case_sources    := $(sort $(wildcard tests/cases/*.c))
unit_sources    := $(sort $(wildcard tests/unit/test_*.c))
tool_sources    := $(sort $(wildcard tests/*.c))
object = $(patsubst %.c,$(B)/obj/%.o,$(1))

# Cases register in a linker section, so their objects are linked directly, never from an archive.
program_objects := $(call object,$(harness_sources) $(bench_sources))
test_objects    := $(call object,$(harness_sources) $(bench_sources) $(case_sources))
unit_libraries  := $(filter-out $(B)/obj/harness/cli/main.o,$(program_objects))
unit_programs   := $(patsubst tests/unit/%.c,$(B)/tests/%,$(unit_sources))
tool_programs   := $(patsubst tests/%.c,$(B)/%,$(tool_sources))
# The commit changes often, and then only the files that print it are compiled again.
git_objects := $(call object,$(shell grep -ls TOLLGATE_GIT $(harness_sources)))

c_files     := $(sort $(wildcard harness/*.[ch] harness/*/*.[ch] bench/*.[ch] tests/*.[ch] \
	tests/cases/*.[ch] tests/unit/*.[ch] tests/fuzz/*.[ch]))
shell_files := $(sort .ci/run $(wildcard scripts/*.sh tests/*.sh tests/*/*.sh))

compile = $(CC) $(ours_cppflags) $(CPPFLAGS) $(ours_cflags) $(CFLAGS)
link    = $(CC) $(ours_cflags) $(CFLAGS) $(ours_ldflags) $(LDFLAGS)
export flags_line   := $(strip $(compile) | $(link) $(ours_ldlibs) $(LDLIBS))
export sources_line := $(harness_sources) $(bench_sources) $(case_sources) $(UNIT_STRIP)
export git_line     := $(git)

ifeq ($(V),1)
say = @:
else
say = @printf '  %-7s %s\n'
.SILENT:
endif

# ---- build --------------------------------------------------------------------------------------

.PHONY: all
all: $(B)/tollgate ## build build/tollgate (the default)

$(B)/tollgate: $(program_objects) $(B)/stamp/sources
	$(say) LINK $@
	$(link) $(compressed) -o $@ $(filter %.o,$^) $(ours_ldlibs) $(LDLIBS)

$(B)/tollgate-test: $(test_objects) $(B)/stamp/sources
	$(say) LINK $@
	$(link) -o $@ $(filter %.o,$^) $(ours_ldlibs) $(LDLIBS)

# All of the program but main(), linked once for all unit tests. No sanitizer is named, or clang would link
# its runtime in here, and again into each test.
$(B)/obj/program.o: $(unit_libraries) $(B)/stamp/sources
	$(say) LINK $@
	$(CC) $(CFLAGS) $(LDFLAGS) $(UNIT_STRIP) -r -nostdlib -o $@ $(filter %.o,$^)

$(unit_programs): $(B)/tests/%: $(B)/obj/tests/unit/%.o $(B)/obj/program.o
	$(say) LINK $@
	@mkdir -p $(@D)
	$(link) -o $@ $(filter %.o,$^) -lcmocka $(ours_ldlibs) $(LDLIBS)

# Small programs that tests run, each of one file.
$(tool_programs): $(B)/%: $(B)/obj/tests/%.o
	$(say) LINK $@
	$(link) -o $@ $<

$(B)/obj/%.o: %.c $(B)/stamp/flags | $(B)/stamp/deps
	$(say) CC $<
	@mkdir -p $(@D)
	$(compile) $(git_define) $(page_define) -MMD -MP -c -o $@ $<

# The assembler takes these in, so the compiler does not list them.
$(B)/obj/harness/report/page.o: harness/report/report.js $(B)/page/style.css $(B)/page/style.hash $(B)/page/script.hash
$(B)/obj/harness/report/page.o: page_define = -DPAGE_FOLDER='"$(B)/page/"'

# The colours of charts stand in one place.
$(B)/page/colours.css: scripts/style.gp scripts/chart-colours.awk
	@mkdir -p $(@D)
	LC_ALL=C awk -f scripts/chart-colours.awk scripts/style.gp > $@

$(B)/page/style.css: harness/report/report.css $(B)/page/colours.css
	cat $^ > $@

# A Content-Security-Policy names the texts that it allows by their SHA-256 in base64.
$(B)/page/style.hash: $(B)/page/style.css
$(B)/page/script.hash: harness/report/report.js
$(B)/page/style.hash $(B)/page/script.hash:
	@mkdir -p $(@D)
	sha256sum < $< | cut -c -64 | tr a-f A-F | basenc --base16 -d | base64 | tr -d '\n' > $@
	test $$(wc -c < $@) -eq 44

$(git_objects): git_define = -DTOLLGATE_GIT='"$(git)"'
$(git_objects): $(B)/stamp/git

# A stamp is touched only when its line changes, so a new flag or commit rebuilds what it concerns.
$(B)/stamp/flags $(B)/stamp/sources $(B)/stamp/git: $(B)/stamp/%: FORCE
	@mkdir -p $(@D)
	@echo "$$$*_line" | cmp -s - $@ || echo "$$$*_line" > $@

# The compiler looks for headers and libraries once, before the first file is compiled.
$(B)/stamp/deps: scripts/check-deps.sh $(B)/stamp/flags
	@mkdir -p $(@D)
	@CC='$(CC)' HWLOC=$(HWLOC) LIBPFM=$(LIBPFM) CK=$(CK) CPPFLAGS='$(CPPFLAGS)' LDFLAGS='$(LDFLAGS)' \
		scripts/check-deps.sh build
	@touch $@

$(B)/stamp/deps-test: scripts/check-deps.sh $(B)/stamp/flags
	@mkdir -p $(@D)
	@CC='$(CC)' HWLOC=$(HWLOC) LIBPFM=$(LIBPFM) CK=$(CK) CPPFLAGS='$(CPPFLAGS)' LDFLAGS='$(LDFLAGS)' \
		scripts/check-deps.sh test
	@touch $@

$(call object,$(unit_sources)): | $(B)/stamp/deps-test

.PHONY: FORCE
FORCE:

-include $(patsubst %.o,%.d,$(test_objects) $(call object,$(unit_sources) $(tool_sources)))

# `make -j deps test`: install first, then look.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
$(B)/stamp/deps $(B)/stamp/deps-test: | deps
endif

.PHONY: deps
deps: ## install missing packages with the system's package manager
	@scripts/deps.sh

# ---- measure ------------------------------------------------------------------------------------

# Exit 5 (one case gave a wrong answer) leaves good rows of all others, so draw those, then fail.
measure = $(B)/tollgate run $(1); status=$$?; \
	case $$status in 0|5) TOLLGATE='$(B)/tollgate' scripts/charts.sh results/latest && \
	TOLLGATE_SCRIPTS=scripts $(B)/tollgate report results/latest || exit 1 ;; esac; exit $$status

.PHONY: bench quick full lecture python charts slides images pot report compare
bench: all ## measure this machine (about 3 minutes), draw charts, write a page
	@$(call measure,--profile=standard)

quick: all ## the same in under a minute, wider intervals
	@$(call measure,--profile=quick)

full: all ## the same with every worker count and tight intervals
	@$(call measure,--profile=full)

lecture: all ## measure the figures of the lecture's claims, judge them, draw slides, write a page
	@$(call measure,--claims >/dev/null)
	@$(B)/tollgate claims results/latest

python: all ## Python's Pipe, Queue, Pool and locks beside their twins in C (needs python3), charts and page
	@$(B)/tollgate run --profile=standard -f '^(mp_|thread_queue|queue_stale|isolation|create_(thread|fork)$$)' && \
	TOLLGATE='$(B)/tollgate' scripts/python-twins.sh results/latest && TOLLGATE='$(B)/tollgate' scripts/charts.sh results/latest && \
	TOLLGATE_SCRIPTS=scripts $(B)/tollgate report results/latest

charts: all ## draw the charts of RUN=results/latest again
	@TOLLGATE='$(B)/tollgate' scripts/charts.sh $(RUN)

slides: all ## the charts of RUN=results/latest as one PDF, white and dark
	@TOLLGATE='$(B)/tollgate' scripts/charts.sh $(RUN) --slides

# $(call picture,RUN,CHART ..): in both themes, as the readers of README have one or the other.
picture = TOLLGATE='$(B)/tollgate' scripts/charts.sh results/$(1) --format svg $(patsubst %,--chart %,$(2)) && \
	cp $(foreach chart,$(2),$(patsubst %,results/$(1)/charts/%.svg,$(chart) $(chart)-dark)) docs/images/

images: all ## draw docs/images again from the committed reference runs
	@mkdir -p docs/images
	@$(call picture,reference-standard,io-beside-hogs pos-terminal)
	@$(call picture,reference-16-cores,cpu-scaling lock-throughput scaling-law sharing)
	@$(call picture,reference-16-pairs,core-to-core)
	@$(call picture,reference-gil,gil-timeline gil-latency gil-scaling gil-validate)
	@$(call picture,reference-tenure,gil-tenure)

pot: ## renew po/tollgate.pot, the sentences for translators (needs xgettext)
	@scripts/pot.sh >po/tollgate.pot.new && mv po/tollgate.pot.new po/tollgate.pot

report: all ## RUN=results/latest as one HTML page, report.html in it
	@TOLLGATE_SCRIPTS=scripts $(B)/tollgate report $(RUN)

compare: all ## BASE=path HEAD=path: is HEAD slower? (CI calls the program itself)
	@echo "make turns every failure into exit code 2; in CI call the program for its own codes:" >&2
	@echo "    $(B)/tollgate compare --base BASE --head HEAD" >&2
	@test -n '$(BASE)' && test -n '$(HEAD)' || \
		{ echo 'usage: make compare BASE=path/to/tollgate HEAD=path/to/tollgate' >&2; exit 64; }
	@$(B)/tollgate compare --base '$(BASE)' --head '$(HEAD)'

# ---- check --------------------------------------------------------------------------------------

.PHONY: test tests-built mutants lint format format-check sanitize sanitize-address \
	sanitize-thread coverage asm asm-check fuzz fuzz-run
tests-built: $(B)/tollgate $(B)/tollgate-test $(tool_programs) $(unit_programs)

test: tests-built ## unit tests, end-to-end tests, source checks
	@SAN='$(SAN)' tests/run.sh $(B)

mutants: all ## break the sources on purpose, line by line: a unit test must notice each
	@MAKE='$(MAKE)' tests/mutants.sh $(B)

sanitize: sanitize-address sanitize-thread ## the same tests under ASan+UBSan and under TSan (-j2: side by side)

sanitize-address:
	@$(MAKE) --no-print-directory SAN=address,undefined test

sanitize-thread:
	@$(MAKE) --no-print-directory SAN=thread test

lint: format-check ## format, clang-tidy, cppcheck, shellcheck, man page
	@CLANG_TIDY='$(CLANG_TIDY)' JOBS=$(JOBS) tests/lint.sh \
		-std=c17 -pthread $(ours_cppflags)

format: ## run clang-format over the sources
	@$(CLANG_FORMAT) -i $(c_files)

format-check:
	@$(CLANG_FORMAT) --dry-run -Werror $(c_files)

# Each reader gets a third of FUZZ_COUNT inputs. A fault ends it and leaves the input in the file fuzz-input.
FUZZ_COUNT ?= 300000
FUZZ_SEED  ?= 1
fuzz_objects := $(call object,tests/fuzz/readers.c) $(filter-out $(B)/obj/harness/cli/main.o,$(program_objects))

$(B)/fuzz-readers: $(fuzz_objects)
	$(say) LINK $@
	$(link) -o $@ $^ $(ours_ldlibs) $(LDLIBS)

fuzz: ## feed the readers of JSON, SVG and CSV with FUZZ_COUNT=300000 damaged files under ASan+UBSan
	@$(MAKE) --no-print-directory SAN=address,undefined fuzz-run

fuzz-run: $(B)/fuzz-readers
	@for kind in json svg csv; do \
		nice $(B)/fuzz-readers $$(($(FUZZ_COUNT) / 3)) $(FUZZ_SEED) tests/fuzz/small.$$kind \
			$$(find results docs/images tests/golden -name "*.$$kind" | LC_ALL=C sort | head -n 12) || exit 1; \
	done

coverage: ## run the tests under gcov, report lines covered
	@$(MAKE) --no-print-directory BUILD=build/coverage CFLAGS='-O1 -g --coverage' test
	@mkdir -p build/coverage/report
	@gcovr --root . --object-directory build/coverage --filter 'harness/' --filter 'bench/' \
		--html-details build/coverage/report/index.html --print-summary

asm: all ## CASE=x [MODE=y]: machine code of the case's specialised copies
	@OBJDUMP='$(OBJDUMP)' scripts/asm.sh '$(B)' '$(CASE)' '$(MODE)'

asm-check: all $(B)/tollgate-test ## check the copies: one per sync kind, mode none no more than the loop, a GIL its check
	@BUILD='$(B)' tests/lint/specialised.sh
	@BUILD='$(B)' CC='$(CC)' tests/lint/check_point.sh
	@BUILD='$(B)' CC='$(CC)' tests/lint/control.sh

# ---- install ------------------------------------------------------------------------------------

bin  := $(DESTDIR)$(PREFIX)/bin
man  := $(DESTDIR)$(PREFIX)/share/man/man1
comp := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
data := $(DESTDIR)$(PREFIX)/share/tollgate

.PHONY: install uninstall clean distclean help
install: all ## PREFIX=/usr/local DESTDIR=: program, man page, completion, scripts
	$(INSTALL) -d $(bin) $(man) $(comp) $(data)/scripts
	$(INSTALL) -m 755 $(B)/tollgate $(bin)/tollgate
	$(INSTALL) -m 644 docs/tollgate.1 $(man)/tollgate.1
	$(INSTALL) -m 644 scripts/completion.bash $(comp)/tollgate
	$(INSTALL) -m 755 scripts/charts.sh scripts/trend.sh scripts/python-twins.sh $(data)/scripts
	$(INSTALL) -m 644 $(wildcard scripts/*.gp scripts/*.awk scripts/*.py) $(data)/scripts

uninstall: ## remove what install put there
	rm -f $(bin)/tollgate $(man)/tollgate.1 $(comp)/tollgate
	rm -rf $(data)

clean: ## remove the build
	rm -rf $(B)

distclean: ## remove all builds (measured results stay)
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@awk '/^#   make / { sub(/^# /, ""); print }' Makefile
