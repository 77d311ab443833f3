# libautograd. `make help` lists the targets; `make run` needs only a C compiler and make.
#
# One file builds everything; it calls itself only to build once more with other flags (sanitizers,
# coverage), in a folder of their own. A new source, test, example or benchmark needs no edit here.
#
# THREADS=0 builds without threads, BLAS=openblas (any CBLAS pkg-config knows) with its product,
# LIBMVEC=0 without the C library's functions of vectors, ZLIB=0 without reading gzip.
# Yours to set: CC CFLAGS CPPFLAGS LDFLAGS, PREFIX LIBDIR DESTDIR, BUILD (where everything goes),
#               V=1 (show commands), WERROR=1 (warnings are errors), ONLY=word (tests named so),
#               FUZZ_SECONDS (for each target)

BUILD ?= build
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
BINDIR ?= $(PREFIX)/bin
INSTALL ?= install
GCOV ?= gcov
CFLAGS ?= -O2 -g
FUZZ_SECONDS ?= 60
# make splits what it is given at blanks.
comma := ,
blank = $(error a blank in $(1) ("$(strip $(2))"): make takes it for two words. Take a path without)
$(if $(word 2,$(CURDIR)),$(call blank,the path of the sources,$(CURDIR)))
$(foreach v,BUILD PREFIX LIBDIR INCLUDEDIR DESTDIR,\
    $(if $(word 2,$($(v))),$(call blank,$(v),$($(v)))))

# Anomaly mode looks for NaN, softmax subtracts infinities, sums carry their rounding errors along.
UNSAFE := $(filter -Ofast -ffast-math -ffinite-math-only -funsafe-math-optimizations \
                   -fassociative-math -freciprocal-math,$(CC) $(CFLAGS) $(CPPFLAGS))
$(if $(UNSAFE),$(error $(firstword $(UNSAFE)) takes NaN, infinities and the order of sums away, on \
    which the results rest. Take -O2 or -O3, with -march=native if you like))

ifeq ($(origin CC),default)
CC := $(firstword $(foreach c,cc gcc clang,$(if $(shell command -v $(c)),$(c))) cc)
endif
HOSTCC ?= $(if $(shell command -v cc),cc,$(CC))

TARGET := $(shell $(CC) -dumpmachine)
# With -m32 the compiler names the machine as without it.
ifneq ($(filter -m32,$(CC) $(CFLAGS)),)
TARGET := $(TARGET:x86_64-%=i686-%)
endif
WINDOWS := $(findstring mingw,$(TARGET))
WASM := $(findstring wasm32,$(TARGET))
EXE := $(if $(WINDOWS),.exe)$(if $(WASM),.wasm)
ifneq ($(WASM),)
# The stack lies below the data, so that one which is too deep is an error and not another's bytes.
LDFLAGS += -Wl,--stack-first -Wl,-z,stack-size=1048576 -lwasi-emulated-process-clocks \
           -lwasi-emulated-getpid
CPPFLAGS += -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_GETPID
ifeq ($(origin AR),default)
AR := llvm-ar
endif
endif

VERSION := $(shell sed -n 's/^.define AG_VERSION "\(.*\)"/\1/p' autograd/base.h)
NUMBERS := $(subst ., ,$(VERSION))
# What a program that was linked with the shared library counts on: before 1.0 a minor version may
# change the interface.
ABI := $(word 1,$(NUMBERS))$(if $(filter 0,$(word 1,$(NUMBERS))),.$(word 2,$(NUMBERS)))

# --- flags --------------------------------------------------------------------------------------
# No contraction of a*b+c into one rounding: the digits are then the same from every compiler.
# Vectors wider than the machine's are passed to inlined functions only, whatever -Wpsabi says.
# On Windows isfinite(x) is a macro that hands a double to a function of float, in a branch that is
# not taken.
# What the caller sets stands first, so that it cannot take the language or the visibility away.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wno-psabi $(if $(WINDOWS),-Wno-float-conversion) \
            $(if $(filter 1,$(WERROR)),-Werror)
# The sanitizers tell lines; with all that a debugger wants to know the programs are 11 gigabytes.
INSTRUMENT = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
             -fno-omit-frame-pointer -g1) $(COVERAGE)
FOR_PROGRAM = -I$(INCLUDE) $(CPPFLAGS) $(CFLAGS) -std=c11 $(WARNINGS) -ffp-contract=off \
              $(OWN_PRECISION) $(INSTRUMENT)
# A number is computed in its own type. The x87 has more digits than a double and rounds a second
# time when it stores; other machines (s390x) compute float in double where the language is strict.
OWN_PRECISION := $(if $(filter i386-% i486-% i586-% i686-%,$(TARGET)),-msse2 -mfpmath=sse,$(if \
                 $(filter 1,$(shell echo __FLT_EVAL_METHOD__ | $(CC) -std=c11 -E -P -x c -)), \
                 -fexcess-precision=fast))
# The library's own calls leave the caller's line alone (autograd/base.h).
FOR_LIBRARY = $(FOR_PROGRAM) $(PRIVATE) -DAG_NO_SITES= $(OWN_FLAGS) $(if $(WINDOWS),,-fPIC) \
              -fvisibility=hidden
# A private header is named by its path from here, a public one as a user names it.
PRIVATE := -iquote .
POSIX := -D_POSIX_C_SOURCE=200809L

H := \#
Q := $(if $(filter 1,$(V)),,@)
say = @$(if $(Q),printf '%-5s %s\n' $(1) $(2),:)

# Kernels are portable: the processor is asked at run time what it can do.
BYTES_baseline := 16
BYTES_avx2 := 32
BYTES_avx512 := 64
FOR_avx2 := -mavx2 -mfma
FOR_avx512 := -mfma -mavx512f -mavx512dq -mavx512bw -mavx512vl -mprefer-vector-width=512
FOR_VECTOR = $(if $(filter -O2,$(CFLAGS)),-O3) -fno-math-errno -fno-trapping-math $(LIBMVEC_FLAGS)

# glibc 2.35 and later have mathematical functions of vectors; LIBMVEC=0 does without.
LIBMVEC ?= $(shell echo 'int _ZGVbN2v_tanh(void); int main(void) { return _ZGVbN2v_tanh(); }' | \
           $(CC) -x c -o /dev/null - -lm 2>/dev/null && echo 1 || echo 0)
LIBMVEC_FLAGS := $(if $(filter 0,$(LIBMVEC)),,-DAG_LIBMVEC)

# THREADS=0 builds without threads; so does a system that has no POSIX threads or no fork.
NO_THREADS := $(if $(filter 0,$(THREADS)),0,$(if $(shell printf '%s\n' '$(H)include <pthread.h>' \
              '$(H)include <stdatomic.h>' 'static void *f(void *p) { return p; } atomic_int n;' \
              'int main(void) { pthread_t t; return pthread_create(&t, 0, f, 0) + n +' \
              'pthread_atfork(0, 0, 0); }' | \
              $(CC) -std=c11 -pthread -x c -o /dev/null - 2>/dev/null && echo yes),,0))
THREADED := $(if $(NO_THREADS),,-pthread)
FOR_CPU := -D_GNU_SOURCE $(if $(NO_THREADS),,-DAG_THREADS $(THREADED))

# BLAS=name takes the matrix product from the CBLAS that pkg-config knows by that name.
BLAS ?=
ifneq ($(if $(BLAS),$(shell pkg-config --exists $(BLAS) && echo yes),yes),yes)
$(error BLAS=$(BLAS): pkg-config knows no such package. Debian's libopenblas-dev has openblas)
endif
BLAS_FLAGS := $(if $(BLAS),$(shell pkg-config --cflags $(BLAS)) -DAG_BLAS)
BLAS_LIBS := $(if $(BLAS),$(shell pkg-config --libs $(BLAS)))
# ZLIB=0 builds without gzip, which is read where zlib is installed.
ASK_ZLIB := echo '\#include <zlib.h>'; echo 'int main(void) { return zlibVersion() == 0; }'
ZLIB ?= $(shell { $(ASK_ZLIB); } | $(CC) -x c -o /dev/null - -lz 2>/dev/null && echo 1 || echo 0)
WITH_ZLIB := $(if $(filter 0,$(ZLIB)),,1)

THEIRS = $(strip $(BLAS_LIBS) $(THREADED) $(if $(WITH_ZLIB),-lz) -lm)

# --- what there is ------------------------------------------------------------------------------
chosen = $(if $(ONLY),$(foreach t,$(1),$(if $(findstring $(ONLY),$(t)),$(t))),$(1))

ROOMS := autograd ops nn viz
SOURCES := $(filter-out ops/elementwise/print_header.c $(wildcard ops/*/simd/*.c viz/command/*.c \
           viz/page/*.c), \
                        $(wildcard $(foreach d,$(ROOMS),$(d)/*.c $(d)/*/*.c $(d)/*/*/*.c)))
# Kernels that are compiled once for each instruction set the compiler can make, the best last.
SETS := baseline $(if $(filter x86_64-%,$(TARGET)),avx2 avx512)
VECTORS := $(wildcard ops/*/simd/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/obj/%.o) \
           $(foreach s,$(SETS),$(VECTORS:%.c=$(BUILD)/obj/%.$(s).o))
EXAMPLES := $(patsubst %.c,$(BUILD)/%$(EXE),$(wildcard examples/*.c))
BENCHES := $(patsubst %.c,$(BUILD)/%,$(call chosen,$(wildcard tests/bench/*.c)))
# With clang's libFuzzer in `make fuzz`; otherwise each replays its seeds, as a test: fuzz.h.
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(call chosen,$(wildcard tests/fuzz/fuzz_*.c)))
FUZZING := $(findstring fuzzer,$(SANITIZE))
# Under WebAssembly there is no other process or thread, no signal and no folder of one's own.
NEED_SYSTEM := $(if $(WASM),$(shell grep -lEr --include='test_*.c' -e 'pthread|signal[.]h|SIG[AI]' \
               -e 'sys/(wait|ioctl|resource)|mk[ds]te*mp|popen|/dev/|process/|"([a-z/]*(folder|chromium)|comma|training)[.]h' \
               tests))
# Check programs, and scripts that test the build; the latter mean nothing under an instrument.
PROGRAMS := $(patsubst %.c,$(BUILD)/%,\
                         $(filter-out $(NEED_SYSTEM),\
                         $(call chosen,$(wildcard tests/*/test_*.c tests/*/*/test_*.c))))
SCRIPTS := $(call chosen,$(wildcard tests/build/test_*.sh))
PROGRAM_LOGS := $(patsubst $(BUILD)/tests/%,$(BUILD)/log/%.log,$(PROGRAMS) $(FUZZERS))
SCRIPT_LOGS := $(if $(SANITIZE)$(RUNNER)$(COVERAGE),,$(SCRIPTS:tests/%.sh=$(BUILD)/log/%.log))
LOGS := $(PROGRAM_LOGS) $(SCRIPT_LOGS)

# Public headers, laid out as they are installed; any other header is private to its folder.
INCLUDE := $(BUILD)/include
COMPLETED := ops/elementwise/elementwise.h
PUBLIC := $(filter-out autograd/autograd.h $(COMPLETED), $(wildcard autograd/*.h \
          ops/ops.h $(foreach f,$(notdir $(wildcard ops/*)),ops/$(f)/$(f).h) viz/viz.h \
          viz/plot/viz_plot.h viz/expression/program.h viz/teach/viz_teach.h nn/nn.h \
          $(foreach f,$(notdir $(wildcard nn/*)),nn/$(f)/nn_$(f).h)))
GENERATED := $(INCLUDE)/autograd/elementwise.h
HEADERS := $(INCLUDE)/autograd.h $(addprefix $(INCLUDE)/autograd/,$(notdir $(PUBLIC))) $(GENERATED)
# A header that the sources no longer have must not be found where it was staged.
STALE := $(filter-out $(HEADERS),$(shell find $(INCLUDE) -name '*.h' 2>/dev/null))
$(if $(STALE),$(shell rm -f $(STALE)))

STATIC := $(BUILD)/libautograd.a
ifneq ($(WASM),)
SHARED_NAMES :=
else ifeq ($(shell uname -s),Darwin)
SHARED_NAMES := libautograd.$(VERSION).dylib libautograd.$(ABI).dylib libautograd.dylib
SHARED_FLAGS = -dynamiclib -install_name $(LIBDIR)/$(word 2,$(SHARED_NAMES))
else ifneq ($(WINDOWS),)
SHARED_NAMES := libautograd-$(ABI).dll libautograd.dll.a
SHARED_FLAGS = -shared -Wl,--out-implib,$(BUILD)/libautograd.dll.a
else
SHARED_NAMES := libautograd.so.$(VERSION) libautograd.so.$(ABI) libautograd.so
SHARED_FLAGS = -shared -Wl,-soname,$(word 2,$(SHARED_NAMES)) $(VERSIONED:yes=$(BY_VERSION))
BY_VERSION = -Wl,--version-script=$(BUILD)/symbols.map
# Symbols carry the version where the linker can: a program then says which one it wants.
VERSIONED := $(shell map=$$(mktemp) && echo 'A { local: *; };' >$$map && echo 'int a;' | \
             $(CC) -shared -Wl,--version-script=$$map -x c -o /dev/null - 2>/dev/null && \
             echo yes; rm -f $$map)
endif
SHARED := $(addprefix $(BUILD)/,$(SHARED_NAMES))

COMMAND := $(BUILD)/autograd$(EXE)
COMMAND_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard viz/command/*.c))

.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all command page run test check bench bench-peers bench-threads examples experiments gallery \
        picture asan tsan valgrind wasm coverage fuzz fuzzers sweep opinfo onnx documents reconcile lint \
        format format-check install uninstall dist clean help FORCE

all: $(STATIC) $(SHARED) $(COMMAND) ## the library, static and shared, and the command

# --- the library --------------------------------------------------------------------------------
# Newer than what was built with other flags, which is so rebuilt.
FLAGS_NOW = $(strip $(CC) $(FOR_LIBRARY) $(LIBMVEC_FLAGS) $(BLAS_FLAGS) $(FOR_CPU) $(THEIRS) \
            $(LDFLAGS))
$(BUILD)/flags: export AG_FLAGS = $(FLAGS_NOW)
ifneq ($(shell cat $(BUILD)/flags 2>/dev/null),$(FLAGS_NOW))
$(BUILD)/flags: FORCE
endif
$(BUILD)/flags:
	@mkdir -p $(@D)
	@printf '%s\n' "$$AG_FLAGS" >$@

define STAGE
$(INCLUDE)/$(2): $(1)
	@mkdir -p $$(@D) && ln -sf $(abspath $(1)) $$@
endef
$(eval $(call STAGE,autograd/autograd.h,autograd.h))
$(foreach h,$(PUBLIC),$(eval $(call STAGE,$(h),autograd/$(notdir $(h)))))

# Into the header of the elementwise operations a program prints the rows of their tables.
$(BUILD)/host/header: ops/elementwise/print_header.c $(wildcard autograd/formula/*.[ch]) \
		$(wildcard ops/elementwise/*.def) ops/kernel/libm.def ops/elementwise/each_row.h \
		$(INCLUDE)/autograd/base.h \
		| $(filter-out $(GENERATED),$(HEADERS))
	$(call say,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=c11 -I$(INCLUDE) $(PRIVATE) -o $@ $(filter %.c,$^)
# Nearly every source reads that header, and the formulas stand in its comments. Where nothing but
# comments changed it keeps its date, so that who only calls the operations is not compiled again.
# make must know that date: it remakes header.mk, which it includes, first and then begins anew.
CODE_OF := grep -v '^[ /]*[*]'
$(BUILD)/host/header.mk: $(BUILD)/host/header $(COMPLETED)
	$(call say,GEN,$(GENERATED))
	@mkdir -p $(dir $(GENERATED))
	$(Q)$^ >$(GENERATED).new
	$(Q)[ "$$($(CODE_OF) $(GENERATED) 2>&1)" != "$$($(CODE_OF) $(GENERATED).new)" ] || \
		touch -r $(GENERATED) $(GENERATED).new
	$(Q)mv $(GENERATED).new $(GENERATED) && touch $@
$(GENERATED): | $(BUILD)/host/header.mk
	$(Q)$(BUILD)/host/header $(COMPLETED) >$@
ifneq ($(filter-out clean dist format format-check help uninstall,$(or $(MAKECMDGOALS),all)),)
-include $(BUILD)/host/header.mk
endif

# A program in the notation of mathematics calls operations by their names: the table of calls is
# written from the prototypes in the public headers.
CALLS := viz/expression/print_calls.awk
NOT_IN_PAGE := fourier.h resample.h neural.h
CALLABLE := $(addprefix $(INCLUDE)/autograd/,base.h custom_op.h elementwise.h $(filter-out \
            elementwise.h cpu.h optim.h $(if $(PAGE),$(NOT_IN_PAGE)),$(notdir $(filter ops/%,$(PUBLIC)))))
$(BUILD)/gen/operation_calls.inc: $(CALLS) $(CALLABLE) Makefile
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)awk -v brief=$(PAGE) -f $(CALLS) $(CALLABLE) >$@
$(BUILD)/obj/viz/expression/callable.o: $(BUILD)/gen/operation_calls.inc
$(BUILD)/obj/viz/expression/callable.o: OWN_FLAGS := -iquote $(BUILD)/gen

# What C11 alone cannot: viz starts another program (dot), autograd/disk brings a file to the disk,
# ops/cpu has threads, the allocator asks for large pages.
FOR_ROOM = $(if $(filter viz/% autograd/disk/%,$<),$(POSIX)) $(if $(filter ops/cpu/%,$<),$(FOR_CPU))
$(BUILD)/obj/%.o: %.c $(BUILD)/flags | $(HEADERS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FOR_LIBRARY) $(FOR_ROOM) -MMD -MP -c -o $@ $<

define VECTOR
$(BUILD)/obj/%.$(1).o: %.c $(BUILD)/flags | $(HEADERS)
	$$(call say,CC,"$$< for $(1)")
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(FOR_LIBRARY) $$(FOR_VECTOR) $$(FOR_$(1)) -DAG_SET=$(1) \
		-DAG_VECTOR_BYTES=$(BYTES_$(1)) -MMD -MP -c -o $$@ $$<
endef
$(foreach s,$(SETS),$(eval $(call VECTOR,$(s))))
EACH_SET := $(foreach s,$(SETS),S($(s),$(BYTES_$(s))))
$(BUILD)/obj/ops/kernel/dispatch.o $(BUILD)/obj/ops/cpu/isa.o: OWN_FLAGS := '-DAG_SETS=$(EACH_SET)'
$(BUILD)/obj/ops/kernel/gemm.o: OWN_FLAGS := $(BLAS_FLAGS)
$(BUILD)/obj/autograd/graph/allocator.o: OWN_FLAGS := -D_DEFAULT_SOURCE
$(BUILD)/obj/nn/batches/warp.o: OWN_FLAGS := $(if $(filter -O2,$(CFLAGS)),-O3)
$(BUILD)/obj/ops/common/infinity.o $(BUILD)/obj/ops/reduce/max_min.o: OWN_FLAGS := $(if $(filter -O2,$(CFLAGS)),-O3)
$(BUILD)/obj/nn/batches/loader.o $(BUILD)/obj/nn/search/workers.o: OWN_FLAGS := $(THREADED:%=$(POSIX) -DNN_PTHREAD %)
$(BUILD)/obj/nn/train/progress/terminal.o $(BUILD)/obj/nn/train/interrupt.o: OWN_FLAGS := $(POSIX)
$(BUILD)/obj/nn/disk/gunzip.o: OWN_FLAGS := $(if $(WITH_ZLIB),-DNN_ZLIB)

$(STATIC): $(OBJECTS)
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(OBJECTS)
$(BUILD)/symbols.map: $(BUILD)/flags
	@echo 'AUTOGRAD_$(ABI) { global: ag_*; nn_*; viz_*; local: *; };' >$@
$(word 1,$(SHARED)): $(OBJECTS) $(if $(VERSIONED),$(BUILD)/symbols.map)
	$(call say,LINK,$@)
	$(Q)$(CC) $(SHARED_FLAGS) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS) -o $@ $(OBJECTS) $(THEIRS)
$(wordlist 2,3,$(SHARED)): $(word 1,$(SHARED))
	$(if $(WINDOWS),,@ln -sf $(word 1,$(SHARED_NAMES)) $@)

# --- the command --------------------------------------------------------------------------------
$(COMMAND): $(COMMAND_OBJECTS) $(STATIC)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS) -o $@ $(COMMAND_OBJECTS) $(STATIC) $(THEIRS)
# The manual page and the completions are what the command says of itself.
$(BUILD)/autograd.1 $(BUILD)/autograd.bash $(BUILD)/autograd.zsh $(BUILD)/autograd.fish: $(COMMAND)
	$(call say,GEN,$@)
	$(Q)$(COMMAND) $(if $(filter %.1,$@),--manual,--completion $(subst .,,$(suffix $@))) >$@
command: $(COMMAND) ## the command autograd

# --- the page -----------------------------------------------------------------------------------
# One file for a browser: the engine, compiled for WebAssembly, in a build folder of its own and with
# all that is about size; the script, the style and the figures are put into it as text. There are
# the command's tasks but those that read files of data, and the operations but those of images and
# signals, which nobody computes by hand. Linked without -O, which would call wasm-opt where there is
# one, and refuse vectors.
PAGE_PARTS := $(wildcard viz/page/*.js viz/page/*.css viz/page/*.html viz/page/*.sh)
ENGINE := $(BUILD)/engine.wasm
ENGINE_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard viz/page/*.c) $(filter-out \
                  $(addprefix viz/command/,fit% list_ops.c help.c manual.c completions.c), \
                  $(wildcard viz/command/*.c)))
$(ENGINE): $(ENGINE_OBJECTS) $(STATIC)
	$(call say,LINK,$@)
	$(Q)$(CC) -mexec-model=reactor $(LDFLAGS) -Wl,--strip-all,-O2,--compress-relocations -o $@ $(ENGINE_OBJECTS) \
		$(STATIC) -lm
$(BUILD)/autograd.html: $(PAGE_PARTS) FORCE
	+@sh viz/page/need_wasm.sh && $(AGAIN) PAGE=1 BUILD=$(BUILD)/page \
		CC="clang --target=wasm32-wasi" CFLAGS="-Oz -msimd128 -mnontrapping-fptoint -msign-ext -Wno-pass-failed -DAG_NO_CASES -DAG_NO_NEURAL" $(BUILD)/page/engine.wasm
	$(call say,PAGE,$@)
	$(Q)sh viz/page/assemble.sh viz/page/page.html $(BUILD)/page/engine.wasm \
		$(foreach h,$(NOT_IN_PAGE),$(wildcard ops/*/$h)) >$@.new && mv $@.new $@
page: $(BUILD)/autograd.html ## BUILD/autograd.html: formulas, worksheets and training in a browser

# --- programs -----------------------------------------------------------------------------------
# $(call program,flags,libraries). Examples get no flag that a user's program would not get.
define program
$(call say,CC,$<)
@mkdir -p $(@D)
$(Q)$(CC) $(FOR_PROGRAM) $(1) -MMD -MP -MF $@.d -MT $@ $(LDFLAGS) -o $@ $< $(STATIC) $(2) $(THEIRS)
endef

$(EXAMPLES): $(BUILD)/%$(EXE): %.c $(STATIC) $(BUILD)/flags
	$(call program)
$(BENCHES): $(BUILD)/%: %.c $(STATIC) $(BUILD)/flags
	$(call program,$(POSIX),-pthread)
$(FUZZERS): $(BUILD)/%: %.c $(STATIC) $(BUILD)/flags
	$(call program,$(POSIX) $(PRIVATE) $(if $(FUZZING),-fsanitize=fuzzer,\
		-DFUZZ_SEEDS='"$(<:.c=)"'),$(if $(WASM),,-pthread))
$(PROGRAMS): $(BUILD)/%: %.c $(STATIC) $(BUILD)/flags $(BUILD)/check.libs
	$(call program,$(POSIX) -Itests $(PRIVATE) $$(cat $(BUILD)/check.cflags),\
		$$(cat $(BUILD)/check.libs) $(if $(WASM),,-pthread))

# Finds Check, or installs it, and notes how it is linked. For WebAssembly there is none, and seldom
# one of 32 bits where the machine has 64.
OWN_CHECK := $(WASM)$(filter -m32,$(CC) $(CFLAGS))
$(BUILD)/check.libs: tests/build/need_check.sh
	@mkdir -p $(@D)
	@$(if $(OWN_CHECK),echo -Itests/wasm >$(BUILD)/check.cflags && : >$@,CC="$(CC)" sh $< $(BUILD)/check)

examples: $(EXAMPLES) ## every example
experiments: $(EXAMPLES) ## the lectures' experiments as a table, for SEEDS="1 2 3 4 5"; FAST=1: one, short
	@sh examples/experiments.sh $(BUILD)/examples
gallery: $(EXAMPLES) ## examples/gallery/: figures of the examples, and a page of them
	@sh examples/gallery.sh $(BUILD)/examples examples/gallery
picture: $(COMMAND) ## examples/command.svg: README's picture of the command in a terminal
	@sh examples/terminal.sh $< >examples/command.svg
run: $(BUILD)/examples/lecture ## the lecture's example: the trace, and BUILD/lecture.svg
	@$< --figures $(BUILD)
THREADS ?= 1
ROUNDS ?= 5
CLOCK ?= wall
COMPARE = CLOCK=$(CLOCK) python3 tests/bench/peers.py $(BUILD)/tests/bench --row "$(ROW)" \
          --threads $(THREADS) --rounds $(ROUNDS)
bench: $(BENCHES) ## the benchmarks, in THREADS=1; ROW=word: only rows named so
	@some=; for b in $^; do \
		rows=$$(AUTOGRAD_THREADS=$(THREADS) $(if $(ROW),ROW="$(ROW)") CLOCK=$(CLOCK) $$b) || exit 1; \
		[ -z "$$rows" ] || { echo "$$rows"; some=1; }; \
	done; [ "$$some" ] || { echo "no row's name has '$(ROW)' in it"; exit 1; }
bench-peers: $(BENCHES) ## the same beside PyTorch, Keras, JAX, NumPy, OpenBLAS, KANN=FOLDER, in ROUNDS=5 rounds
	$(Q)mkdir -p $(BUILD)/tests/bench/peer
	$(Q)! pkg-config --exists openblas 2>/dev/null || $(CC) $(FOR_PROGRAM) $(POSIX) -Itests \
		$$(pkg-config --cflags openblas) -o $(BUILD)/tests/bench/peer/sgemm \
		tests/bench/peer/sgemm.c $$(pkg-config --libs openblas)
	$(Q)[ -z "$(KANN)" ] || $(CC) -O2 -I$(KANN) -Itests -D_POSIX_C_SOURCE=200809L -o \
		$(BUILD)/tests/bench/peer/kann_mlp tests/bench/peer/kann_mlp.c $(KANN)/kann.c \
		$(KANN)/kautodiff.c -lm
	@$(COMPARE)
bench-threads: THREADS := $(if $(filter command%,$(origin THREADS)),$(THREADS),2)
bench-threads: $(BENCHES) ## one thread beside THREADS=2
	@$(COMPARE) --scaling

# --- tests --------------------------------------------------------------------------------------
# Each program writes a log; a failure stops nothing and is counted at the end.
$(PROGRAM_LOGS): $(BUILD)/log/%.log: $(BUILD)/tests/% FORCE
	$(call say,TEST,$*)
	@mkdir -p $(@D)
	$(Q)$(RUNNER) $< >$@ 2>&1; echo "exit $$?" >>$@
$(SCRIPT_LOGS): $(BUILD)/log/%.log: tests/%.sh all FORCE
	$(call say,TEST,$*)
	@mkdir -p $(@D)
	+$(Q)BUILD="$(BUILD)" CC="$(CC)" CXX="$(CXX)" LIBS="$(THEIRS)" MAKE="$(MAKE)" sh $< >$@ 2>&1; \
		echo "exit $$?" >>$@

test: $(LOGS) ## every test; installs Check if it is missing; the last line counts
	@sh tests/build/summary.sh $(BUILD)/log $(LOGS)
check: test ## the same

AGAIN = $(MAKE) --no-print-directory
FIXED_ADDRESSES = $$(setarch -R true 2>/dev/null && echo setarch -R)

asan: ## the tests under the address and undefined behavior sanitizers
	+@ASAN_OPTIONS="allocator_may_return_null=1:$$ASAN_OPTIONS" $(AGAIN) test BUILD=$(BUILD)/asan SANITIZE=address,undefined CK_TIMEOUT_MULTIPLIER=10
tsan: ## the tests under the thread sanitizer, the long ones shortened
	+@$(AGAIN) test BUILD=$(BUILD)/tsan SANITIZE=thread CK_FORK=no AG_TEST_SMALL=1 \
		RUNNER="$(FIXED_ADDRESSES)"
valgrind: ## the tests under valgrind, the long ones shortened
	+@$(AGAIN) test BUILD=$(BUILD)/valgrind CK_FORK=no AG_TEST_SMALL=1 AG_TEST_EMULATED=1 \
		RUNNER="valgrind -q --leak-check=full --error-exitcode=9"
# In several threads the compiler of node 20 sometimes crashes.
wasm: ## the tests that need no process, thread or signal, under WebAssembly, by clang and node
	+@$(AGAIN) test BUILD=$(BUILD)/wasm CC="clang --target=wasm32-wasi" AG_TEST_SMALL=1 \
		RUNNER="node --no-warnings --single-threaded tests/wasm/run.mjs"
coverage: ## which lines the tests run, file by file
	@find $(BUILD)/coverage -name '*.gcda' -exec rm {} + 2>/dev/null || :
	+@$(AGAIN) test BUILD=$(BUILD)/coverage COVERAGE=--coverage CFLAGS="-O0 -g"
	@for s in $(SOURCES:.c=); do $(GCOV) -n -o $(BUILD)/coverage/obj/$$s.o $$s.c 2>/dev/null; done | \
		awk -F "[':% ]+" '/^File/ { file = $$2 } /^Lines/ && file ~ /\.c$$/ { \
		printf "%6.1f%% of %5d  %s\n", $$3, $$5, file; run += $$3 * $$5 / 100; all += $$5; file = "" } \
		END { if (all) printf "%6.1f%% of %5d  in all\n", 100 * run / all, all }'

# Where clang has no libFuzzer, by any compiler, and inputs are changed blindly.
LIBFUZZER = $(shell echo 'int LLVMFuzzerTestOneInput(char *s, long n) { return s && n < 0; }' | \
            clang -x c -fsanitize=fuzzer -o /dev/null - 2>/dev/null && echo yes)
fuzzers: $(FUZZERS)
fuzz: ## each fuzz target for FUZZ_SECONDS=60, from its seeds and BUILD/fuzz/corpus; best with clang
	+@$(AGAIN) fuzzers BUILD=$(BUILD)/fuzz $(if $(LIBFUZZER),CC=clang \
		SANITIZE=fuzzer-no-link$(comma)address$(comma)undefined,SANITIZE=address$(comma)undefined)
	@for f in $(notdir $(FUZZERS)); do mkdir -p $(BUILD)/fuzz/corpus/$$f && \
		$(BUILD)/fuzz/tests/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
		-malloc_limit_mb=512 -print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/$$f- \
		$(BUILD)/fuzz/corpus/$$f tests/fuzz/$$f || exit 1; done

documents: $(STATIC) ## LibreOffice and pdflatex, where installed, on the files that viz writes for them
	@BUILD=$(BUILD) CC="$(CC)" LIBS="$(THEIRS)" sh tests/viz/documents.sh

reconcile: $(STATIC) ## each printed line of GRAPHS=10000 random traces computed again by python3
	@BUILD=$(BUILD) CC="$(CC)" LIBS="$(THEIRS)" GRAPHS="$(GRAPHS)" sh tests/viz/reconcile.sh

POINTS ?= 4000
SEED ?= 2
sweep: $(BUILD)/tests/golden/test_sweep ## derivatives at POINTS=4000 fresh points (SEED) against mpmath
	@python3 -c 'import mpmath' || { echo "mpmath is not installed: pip install mpmath gmpy2"; exit 1; }
	$(Q)python3 tests/golden/make_sweep.py --points $(POINTS) --seed $(SEED) --out $(BUILD)/sweep.bin
	$(Q)AG_SWEEP=$(BUILD)/sweep.bin CK_DEFAULT_TIMEOUT=0 $<

# PyTorch's samples of SEED and its answers, then those with special operands.
SAMPLES ?= 12
ELEMENTS ?= 256
TORCH ?= $(BUILD)/torch/bin/python
MAKE_TORCH = $(TORCH) -W ignore tests/golden/make_torch.py --seed $(SEED) --elements $(ELEMENTS)
opinfo: $(BUILD)/tests/golden/test_golden ## fresh samples of every operation (SEED) against PyTorch
	$(Q)[ "$(TORCH)" != $(BUILD)/torch/bin/python ] || [ -x $(TORCH) ] || { \
		python3 -m venv $(BUILD)/torch && $(BUILD)/torch/bin/pip install -q numpy torch \
		--extra-index-url https://download.pytorch.org/whl/cpu; }
	$(Q)$(MAKE_TORCH) --samples $(SAMPLES) --out $(BUILD)/opinfo.bin
	$(Q)$(MAKE_TORCH) --special $(SAMPLES) --out $(BUILD)/special.bin >/dev/null
	$(Q)for f in opinfo special; do \
		CK_FORK=no AG_GOLDEN_SOME=1 AG_GOLDEN=$(BUILD)/$$f.bin $< || exit 1; done

onnx: $(BUILD)/tests/golden/test_golden ## ONNX's own node tests, with the package onnx from PyPI
	$(Q)[ -x $(BUILD)/onnx/bin/python ] || { python3 -m venv $(BUILD)/onnx && \
		$(BUILD)/onnx/bin/pip install -q onnx; }
	$(Q)$(BUILD)/onnx/bin/python -W ignore tests/golden/make_onnx.py --out $(BUILD)/onnx.bin
	$(Q)AG_GOLDEN_SOME=1 AG_GOLDEN=$(BUILD)/onnx.bin $<

# --- care ---------------------------------------------------------------------------------------
C_FILES := $(wildcard $(foreach d,$(ROOMS) examples tests,$(d)/*.[ch] $(d)/*/*.[ch] \
                                                                $(d)/*/*/*.[ch]))
have = command -v $(1) >/dev/null || { echo "$(1) is not installed"; $(2); }

# cppcheck takes `&p.a` of an uninitialized p for a read; the compilers and valgrind do this better.
lint: $(HEADERS) ## cppcheck and clang-tidy, where they are installed; lines over 100 columns
	@$(call have,cppcheck,exit 0); cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,portability,performance --suppress=uninitvar --suppress=ctuuninitvar \
		-I$(INCLUDE) -I. $(SOURCES)
	@$(call have,clang-tidy,exit 0); clang-tidy --quiet --warnings-as-errors='*' \
		--checks='bugprone-*,clang-analyzer-*,-bugprone-easily-swappable-parameters' \
		$(SOURCES) -- -std=c11 -I$(INCLUDE) $(PRIVATE) $(POSIX)
	@! LC_ALL=C.UTF-8 grep -nE '^.{101}' $(C_FILES) Makefile .ci/run $(wildcard tests/build/*)
format: ## lay out the sources as .clang-format says
	@$(call have,clang-format,exit 1); clang-format -i $(C_FILES)
format-check: ## fail where `make format` would change something
	@$(call have,clang-format,exit 1); clang-format --dry-run -Werror $(C_FILES)

# --- giving it away -----------------------------------------------------------------------------
TO_INCLUDE = $(DESTDIR)$(INCLUDEDIR)
TO_LIB = $(DESTDIR)$(LIBDIR)
TO_PC = $(TO_LIB)/pkgconfig
TO_BIN = $(DESTDIR)$(BINDIR)
# What the command says of itself, and where shells and man look for it. A command for another system
# cannot be asked.
TO_SHARE = $(DESTDIR)$(PREFIX)/share
TOLD := $(if $(WINDOWS)$(WASM),,man/man1/autograd.1 bash-completion/completions/autograd.bash \
        zsh/site-functions/autograd.zsh fish/vendor_completions.d/autograd.fish)
# As these want it to be called.
told_name = $(patsubst %autograd.zsh,%_autograd,$(patsubst %.bash,%,$(1)))
TO_CMAKE = $(TO_LIB)/cmake/autograd
CMAKE_FILES := autogradConfig.cmake autogradConfigVersion.cmake
empty :=
# $(call fill,template,file,what separates libraries): @NAME@ becomes what it stands for.
fill = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|g' \
	-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	-e 's|@PC_LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|' \
	-e 's|@PC_INCLUDEDIR@|$(INCLUDEDIR:$(PREFIX)/%=$${prefix}/%)|' \
	-e 's|@VERSION@|$(VERSION)|' -e 's|@ABI@|$(ABI)|' -e 's|@STATIC@|$(notdir $(STATIC))|' \
	-e 's|@SHARED@|$(word 1,$(SHARED_NAMES))|' -e 's|@SONAME@|$(word 2,$(SHARED_NAMES))|' \
	-e 's|@THEIRS@|$(subst $(empty) ,$(3),$(THEIRS))|' $(1) >$(2)

install: all $(if $(WINDOWS)$(WASM),,$(addprefix $(BUILD)/autograd.,1 bash zsh fish)) ## to PREFIX (/usr/local), below DESTDIR
	$(Q)$(INSTALL) -d $(TO_INCLUDE)/autograd $(TO_PC) $(TO_CMAKE)
	$(Q)$(INSTALL) -m 644 $(INCLUDE)/autograd.h $(TO_INCLUDE)
	$(Q)$(INSTALL) -m 644 $(filter $(INCLUDE)/autograd/%,$(HEADERS)) $(TO_INCLUDE)/autograd
	$(Q)$(INSTALL) -m 644 $(STATIC) $(TO_LIB)
	$(Q)$(INSTALL) -m 755 $(word 1,$(SHARED)) $(TO_LIB)
	$(Q)for f in $(wordlist 2,3,$(SHARED_NAMES)); do $(if $(WINDOWS),$(INSTALL) -m 644 $(BUILD)/$$f, \
		ln -sf $(word 1,$(SHARED_NAMES))) $(TO_LIB)/$$f; done
	$(Q)$(call fill,autograd/autograd.pc.in,$(TO_PC)/autograd.pc, )
	$(Q)$(foreach f,$(CMAKE_FILES),$(call fill,autograd/$(f).in,$(TO_CMAKE)/$(f),;) &&) :
	$(Q)$(INSTALL) -d $(TO_BIN) $(addprefix $(TO_SHARE)/,$(dir $(TOLD)))
	$(Q)$(INSTALL) -m 755 $(COMMAND) $(TO_BIN)
	$(Q)$(foreach f,$(TOLD),$(INSTALL) -m 644 $(BUILD)/$(notdir $(f)) \
		$(TO_SHARE)/$(call told_name,$(f)) &&) :
	@echo "installed in $(DESTDIR)$(PREFIX)"
uninstall: ## remove what install put there
	$(Q)rm -f $(HEADERS:$(INCLUDE)/%=$(TO_INCLUDE)/%) $(TO_LIB)/$(notdir $(STATIC)) \
		$(addprefix $(TO_LIB)/,$(SHARED_NAMES)) $(TO_PC)/autograd.pc \
		$(addprefix $(TO_CMAKE)/,$(CMAKE_FILES)) $(TO_BIN)/$(notdir $(COMMAND)) \
		$(foreach f,$(TOLD),$(TO_SHARE)/$(call told_name,$(f)))
	$(Q)for d in $(TO_INCLUDE)/autograd $(TO_CMAKE); do [ ! -d $$d ] || rmdir $$d; done

DIST := libautograd-$(VERSION)
dist: ## the sources as BUILD/libautograd-VERSION.tar.gz
	$(Q)rm -rf $(BUILD)/$(DIST) && mkdir -p $(BUILD)/$(DIST)
	$(Q)cp -R $(wildcard Makefile README.md LICENSE CHANGELOG.md .clang-format .gitignore .ci \
		autograd ops nn viz examples tests) $(BUILD)/$(DIST)
	$(Q)tar -czf $(BUILD)/$(DIST).tar.gz -C $(BUILD) $(DIST) && rm -r $(BUILD)/$(DIST)
	@echo $(BUILD)/$(DIST).tar.gz

clean: ## remove BUILD
	rm -rf $(BUILD)
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "    %-13s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables: BUILD (build), CC, CFLAGS (-O2), LDFLAGS, PREFIX, LIBDIR, DESTDIR; ONLY=word:'
	@echo 'the tests named so; WERROR=1; V=1 shows commands; THREADS=0, LIBMVEC=0, ZLIB=0, BLAS:'
	@echo 'README.md'

-include $(OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(ENGINE_OBJECTS:.o=.d) $(addsuffix .d,$(EXAMPLES) $(BENCHES) $(FUZZERS) $(PROGRAMS))
