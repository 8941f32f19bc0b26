# One non-recursive makefile: every *.c of a room is built, so adding a file is adding a file.
#
#   make                 ./ebpf and libebpf.a
#   make check           lint, unit tests, .t files, BATS
#   make bench fuzz lint install completions
#   make SAN=address,undefined check   the same in a sanitizer build (build/san-...)

ROOMS := core/base core/isa core/btf core/obj core/helper core/load core/verify core/run \
         core/interp core/link asm disasm maps jit core/sys
CC ?= gcc
OPT ?= -O2
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-override-init
CPPFLAGS += -I. -D_GNU_SOURCE
CFLAGS += -std=gnu11 $(OPT) -g $(WARN) -fno-strict-aliasing -fvisibility=hidden
LDLIBS += -lelf -ldl
LDFLAGS += -Wl,--as-needed -Wl,-z,relro
PREFIX ?= /usr/local

comma := ,
ifdef SAN
BUILD := build/san-$(subst $(comma),-,$(SAN))
CFLAGS += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
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
LIB := $(BUILD)/libebpf.a

all: $(BIN) $(LIB)

$(BIN): $(CMD_OBJ) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

unit: $(UNIT)

clean:
	rm -rf build ebpf

.PHONY: all unit clean
.SECONDARY:
-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(UNIT:=.d)
