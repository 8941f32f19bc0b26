# One non-recursive makefile: every *.c of a room is built, so adding a file is adding a file.
#
#   make                 ./ebpf and build/libebpf.a
#   make demo            the firewall of man/examples over the capture beside it
#   make check           lint, unit tests, .t files, fuzzing corpora, BATS
#   make check-quick     the same without what is slow
#   make SAN=address,undefined check   in a sanitizer build (build/san-...)
#   make fuzz            every fuzz target for FUZZ_TIME seconds (FUZZ='elf asm' for some of them)
#   make sound           programs that the verifier accepts, run and looked at (SOUND_RUN='1000000 7')
#   make passes          programs after each pass of the JIT against themselves (PASSES_RUN='1000000 7')
#   make arm64           the JIT of arm64 under qemu-aarch64, cross-built
#   make arm64-commands  the command-line tests likewise
#   make verify-fuzz     the verifier against the running kernel's (VERIFY_FUZZ='-n 1000000 -s 7', ...)
#   make stress          maps in many processes that are killed (STRESS='kill 50000', 'hammer 120', ...)
#   make tramp-stress    programs that come and go on a library's functions (TRAMP_STRESS=1000000)
#   make bench lint completions gallery install uninstall

ROOMS := core/base core/packet core/tcp core/isa core/btf core/obj core/helper core/load \
         core/verify core/explain core/run core/cover \
         core/interp core/link asm disasm maps jit jit/x86 jit/arm64 core/sys core
CC ?= gcc
HOSTCC ?= $(CC)
OBJCOPY ?= objcopy
OPT ?= -O2
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-override-init
CPPFLAGS += -I. -D_GNU_SOURCE
CFLAGS += -std=gnu11 $(OPT) -g $(WARN) -fno-strict-aliasing -fvisibility=hidden
LDLIBS += -ldl
LDFLAGS += -Wl,--as-needed -Wl,-z,relro
PREFIX ?= /usr/local
INSTALL ?= install

comma := ,
ifdef SAN
BUILD := build/san-$(subst $(comma),-,$(SAN))
CFLAGS += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
CPPFLAGS += -DNO_PAIRS
LDFLAGS += -fsanitize=$(SAN)
BIN := $(BUILD)/ebpf
else
BUILD := build
BIN := ebpf
endif

LIB_SRC := $(foreach r,$(ROOMS),$(wildcard $(r)/*.c))
CMD_SRC := $(wildcard cmd/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
CMD_OBJ := $(CMD_SRC:%.c=$(BUILD)/%.o)
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*_test.c))
FUZZ_NAMES := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
REPLAY := $(FUZZ_NAMES:%=$(BUILD)/tests/fuzz/%_replay)
RUN_T := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/run_t.c tests/roundtrip.c tests/door_t.c tests/testrun_t.c tests/cbpf_t.c tests/tramp/tramp_t.c))
VERIFY_DIFF := $(BUILD)/tests/verify/diff
VERIFY_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/verify/*.c))
SOUND := $(BUILD)/tests/sound/sound
SOUND_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/sound/*.c))
PASSES := $(BUILD)/tests/jit/passes
PASSES_OBJ := $(patsubst %,$(BUILD)/tests/jit/%.o,passes ir_run dense) \
              $(patsubst %,$(BUILD)/tests/sound/%.o,gen leaf types)
PASS_T := $(BUILD)/tests/jit/pass_t
# All rooms, for our own programs and tests; and the library for others, who see the names of
# core/ebpf.h alone.
LIB := $(BUILD)/rooms.a
PUBLIC_LIB := $(BUILD)/libebpf.a

# A library with types and entries, where there is a compiler for such (GCC 12)
TCP_LIB := $(shell $(CC) -gbtf -fpatchable-function-entry=5 -x c -c -o /dev/null /dev/null \
	2>/dev/null && echo $(BUILD)/libebpf-tcp.so)

# Whole command lines with V=1; all processors unless told otherwise.
Q := $(if $(V),,@)
QUIET := $(findstring s,$(filter-out -%,$(firstword $(MAKEFLAGS))))
say = $(if $(V)$(QUIET),,@echo '  $(1) $@')
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif

all: $(BIN) $(PUBLIC_LIB) $(TCP_LIB)

$(BIN): $(CMD_OBJ) $(LIB)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(LIB_OBJ)
	$(call say,AR)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(PUBLIC_LIB): $(LIB_OBJ)
	$(call say,AR)
	$(Q)$(CC) -nostdlib -r -o $(BUILD)/libebpf.o $^
	$(Q)$(OBJCOPY) --wildcard --keep-global-symbol='ebpf_*' $(BUILD)/libebpf.o
	@rm -f $@
	$(Q)$(AR) rcs $@ $(BUILD)/libebpf.o

$(BUILD)/%.o: %.c
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# GCC merges what threaded code keeps apart on purpose (its manual says so under -fgcse).
$(BUILD)/core/interp/interp.o $(BUILD)/core/interp/count.o: CFLAGS += $(if $(findstring clang,$(CC)),,-fno-gcse)

# The TCP simulator as a library that plays the kernel: of its own sources with types and entries, and
# of what they use without.

TCP_FLAGS := -I. -D_GNU_SOURCE -std=gnu11 -O2 -fPIC -fno-strict-aliasing $(WARN)
TCP_BASE := $(patsubst %,$(BUILD)/pic/%.o,arena diag file hash json strbuf)

$(BUILD)/gen/tcp_types.h: core/tcp/library/types.awk core/tcp/fields.def
	@mkdir -p $(@D)
	$(Q)awk -f $^ > $@.new && mv $@.new $@

$(BUILD)/pic/%.o: core/base/%.c
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(TCP_FLAGS) -fvisibility=hidden -MMD -MP -c -o $@ $<

$(BUILD)/pic/tcp.o: core/tcp/library/library.c $(BUILD)/gen/tcp_types.h
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(TCP_FLAGS) -Wno-missing-prototypes -gbtf -fpatchable-function-entry=5 \
		-DTCP_TYPES='"$(BUILD)/gen/tcp_types.h"' -MMD -MP -c -o $@ $<

$(BUILD)/libebpf-tcp.so: $(BUILD)/pic/tcp.o $(TCP_BASE)
	$(call say,LD)
	$(Q)$(CC) -shared -Wl,-Bsymbolic -o $@ $^

# The reduced BTF of a kernel that comes with the program, made again on a machine that runs 6.18

BUNDLED := core/btf/bundled/linux-6.18

$(BUILD)/core/btf/bundled.o build/fuzz/core/btf/bundled.o: $(BUNDLED).btf $(BUILD)/bundled.idx
$(BUILD)/core/btf/bundled.o build/fuzz/core/btf/bundled.o: \
	CPPFLAGS += -DBUNDLED_INDEX='"$(BUILD)/bundled.idx"'

INDEX_SRC := core/btf/bundled/index.c core/btf/btf.c core/btf/lookup.c $(wildcard core/base/*.c)

$(BUILD)/index: $(INDEX_SRC) $(wildcard core/btf/*.h)
	$(call say,HOSTCC)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -I. -D_GNU_SOURCE -O1 -o $@ $(INDEX_SRC)

$(BUILD)/bundled.idx: $(BUILD)/index $(BUNDLED).btf
	$(Q)$< $(BUNDLED).btf > $@.new && mv $@.new $@

$(BUILD)/reduce: core/btf/bundled/reduce.c $(LIB)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

bundled-btf: $(BUILD)/reduce
	$(BUILD)/reduce /sys/kernel/btf/vmlinux $(BUNDLED).roots > $(BUILD)/bundled.btf
	mv $(BUILD)/bundled.btf $(BUNDLED).btf

# The programs of man/gallery, which are refused: in the binary, for ebpf explain, and as a page of the
# manual, which the binary writes. Objects are made with clang 19 and kept, so that nobody needs it.

GALLERY := $(sort $(wildcard man/gallery/*.[cs]))

$(BUILD)/gen/cmd/gallery.def: man/gallery/rows.awk $(GALLERY)
	@mkdir -p $(@D)
	$(Q)awk -f man/gallery/rows.awk $(GALLERY) > $@

$(BUILD)/cmd/explain_reasons.o: $(BUILD)/gen/cmd/gallery.def
$(BUILD)/cmd/explain_reasons.o: CPPFLAGS += -I$(BUILD)/gen

gallery: $(BIN)
	man/gallery/make $(BIN)

# Tests

$(BUILD)/tests/%: tests/%.c $(LIB)
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

$(BUILD)/tests/fuzz/%_replay: tests/fuzz/%_fuzz.c tests/fuzz/replay.c $(LIB)
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< tests/fuzz/replay.c $(LIB) $(LDLIBS)

$(VERIFY_DIFF): $(VERIFY_OBJ) $(LIB)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(SOUND): $(SOUND_OBJ) $(LIB)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(PASSES): $(PASSES_OBJ) $(LIB)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

unit: $(UNIT)
tests: all $(UNIT) $(BUILD)/tests/stress/maps_stress $(RUN_T) $(REPLAY) $(VERIFY_DIFF) $(SOUND) $(PASSES) $(PASS_T)

check: tests
	@EBPF=$(BIN) BUILD=$(BUILD) CC='$(CC)' tests/check all

check-quick: tests
	@EBPF=$(BIN) BUILD=$(BUILD) CC='$(CC)' tests/check quick

# So many times programs come and go on functions that four threads call
TRAMP_STRESS ?= 100000
tramp-stress: $(BUILD)/tests/tramp/tramp_t
	BUILD=$(BUILD) CC='$(CC)' tests/tramp/run $(TRAMP_STRESS)

STRESS ?= kill 5000
stress: $(BUILD)/tests/stress/maps_stress
	$< $(STRESS)

# Programs to begin with: VERIFY_SEEDS='corpus/*.o'
VERIFY_FUZZ ?= -n 200000 -j 2
VERIFY_SEEDS ?=
verify-fuzz: $(VERIFY_DIFF)
	$< $(VERIFY_FUZZ) tests/isa/*.t tests/verify/*.t man/examples/*.s $(VERIFY_SEEDS)

# How many accepted programs, from which seed on
SOUND_RUN ?= 1000000
sound: $(SOUND)
	$< $(SOUND_RUN)

# What passes of the JIT make of programs does what they do: how many, from which seed on
PASSES_RUN ?= 1000000
passes: $(PASSES)
	$< $(PASSES_RUN)

# The JIT of arm64, and what stands on it, under qemu-user: cross-built for the compiler's C library.
# Commands that read objects want ARM64_LIBS, a folder with libelf.so.1 and libz.so.1 of that machine.
ARM64 := build/arm64
ARM64_ROOT ?= /usr/aarch64-linux-gnu
ARM64_LIBS ?= $(ARM64_ROOT)/lib
ARM64_MAKE = $(MAKE) CC='aarch64-linux-gnu-gcc -idirafter /usr/include' HOSTCC=gcc \
	OBJCOPY=aarch64-linux-gnu-objcopy BUILD=$(ARM64) BIN=$(ARM64)/ebpf \
	LDLIBS=$(ARM64)/tests/arm64/remap.o \
	LDFLAGS='-Wl,--disable-new-dtags,--dynamic-linker=$(ARM64_ROOT)/lib/ld-linux-aarch64.so.1,-rpath,$(ARM64_ROOT)/lib:$(ARM64_LIBS)'
arm64 arm64-commands:
	+@$(ARM64_MAKE) $(ARM64)/tests/arm64/remap.o
	+@$(ARM64_MAKE) $@-tests
arm64-tests: $(PASSES) $(UNIT) $(patsubst %,$(BUILD)/tests/%,run_t testrun_t tramp/tramp_t)
	@RUN=qemu-aarch64 LIBS=$(ARM64_LIBS) BUILD=$(BUILD) CC='$(CC)' tests/check arm64
arm64-commands-tests: all
	@RUN=qemu-aarch64 EBPF=$(BIN) BUILD=$(BUILD) CC='$(CC)' tests/check arm64-commands

lint: all
	@EBPF=$(BIN) BUILD=$(BUILD) CC='$(CC)' tests/check lint

bench: all $(foreach b,maps verify tramp compile,$(BUILD)/tests/bench/$(b)/$(b)_bench)
	@for b in tests/bench/*.sh tests/bench/*/*.sh; do EBPF=$(BIN) BUILD=$(BUILD) CC='$(CC)' sh $$b || exit; done

# Coverage-guided fuzzing: the rooms once more, with clang, its fuzzer and its sanitizers

FUZZ_CC ?= $(firstword $(foreach c,clang-19 clang clang-14,$(shell command -v $(c))))
FUZZ_TIME ?= 60
FUZZ ?= $(FUZZ_NAMES)
FUZZ_FLAGS := -std=gnu11 -O1 -g -fno-strict-aliasing -fno-omit-frame-pointer -w -DNO_PAIRS \
              -fno-sanitize-recover=undefined
FUZZ_SAN := address,undefined
FUZZ_OBJ := $(LIB_SRC:%.c=build/fuzz/%.o)

build/fuzz/%.o: %.c
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,$(FUZZ_SAN) -MMD -MP -c -o $@ $<

build/fuzz/%_fuzz: tests/fuzz/%_fuzz.c $(FUZZ_OBJ)
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer,$(FUZZ_SAN) -o $@ $^ $(LDLIBS)

fuzz: $(FUZZ:%=build/fuzz/%_fuzz)
	@for f in $(FUZZ); do tests/fuzz/run $$f $(FUZZ_TIME) || exit; done

# The main job in one go, and installing

demo: $(BIN)
	@sh man/examples/demo.sh ./$(BIN)

completions: $(BIN)
	./$(BIN) --complete bash > completions/ebpf.bash
	./$(BIN) --complete zsh > completions/_ebpf
	./$(BIN) --complete fish > completions/ebpf.fish

ROOT := $(DESTDIR)$(PREFIX)
MAN := $(wildcard man/*.[1357])
INSTALLED = bin/ebpf lib/libebpf.a lib/libebpf-tcp.so include/ebpf.h include/ebpf_kernel.h \
	share/bash-completion/completions/ebpf share/zsh/site-functions/_ebpf \
	share/fish/vendor_completions.d/ebpf.fish \
	$(foreach m,$(MAN),share/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m)))

install: all
	$(INSTALL) -D -m 755 $(BIN) $(ROOT)/bin/ebpf
	$(INSTALL) -D -m 644 $(PUBLIC_LIB) $(ROOT)/lib/libebpf.a
	[ -z "$(TCP_LIB)" ] || $(INSTALL) -D -m 755 $(TCP_LIB) $(ROOT)/lib/libebpf-tcp.so
	$(INSTALL) -D -m 644 core/ebpf.h $(ROOT)/include/ebpf.h
	$(INSTALL) -D -m 644 core/helper/ebpf_kernel.h $(ROOT)/include/ebpf_kernel.h
	$(INSTALL) -D -m 644 completions/ebpf.bash $(ROOT)/share/bash-completion/completions/ebpf
	$(INSTALL) -D -m 644 completions/_ebpf $(ROOT)/share/zsh/site-functions/_ebpf
	$(INSTALL) -D -m 644 completions/ebpf.fish $(ROOT)/share/fish/vendor_completions.d/ebpf.fish
	for m in $(MAN); do $(INSTALL) -D -m 644 $$m $(ROOT)/share/man/man$${m##*.}/$${m##*/} || exit; done
	[ -z "$(LINKS)" ] || $(ROOT)/bin/ebpf --install $(ROOT)/bin

uninstall:
	for l in $(ROOT)/bin/ebpf-*; do [ "$$(readlink $$l)" != ebpf ] || rm -f $$l; done
	rm -f $(INSTALLED:%=$(ROOT)/%)

clean:
	rm -rf build ebpf

# The list of ebpf-helpers(7), after bodies came or went
helpers-list:
	awk -f man/helpers.awk man/helpers.families core/run/bodies.def man/ebpf-helpers.7 >man/list.new
	mv man/list.new man/ebpf-helpers.7

.PHONY: all arm64 arm64-commands arm64-tests arm64-commands-tests bundled-btf gallery unit tests check check-quick verify-fuzz sound lint stress tramp-stress bench fuzz demo completions helpers-list install uninstall clean
.SECONDARY:
-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(UNIT:=.d) $(RUN_T:=.d) $(VERIFY_OBJ:.o=.d) $(SOUND_OBJ:.o=.d) $(PASSES_OBJ:.o=.d) $(FUZZ_OBJ:.o=.d) $(wildcard $(BUILD)/pic/*.d)
