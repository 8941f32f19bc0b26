/* The passes of the optimizing tier, by file, in the order that jit.c's table has them. */
#ifndef JIT_LOCAL_H
#define JIT_LOCAL_H

#include "jit/ir.h"
#include "jit/target.h"

struct parts;

/* ---- lower.c ---- */
/*
 * The program's function as it is written: registers are variables, as are the slots of its frame
 * that only loads and stores touch whole (fact_func.whole); dead code and decided jumps are left
 * out; small static functions and those called once are part of their callers (inline_func.c).
 */
struct ir_fn *lower(const struct prog *prog, uint32_t func, const struct facts *facts);
/* The same of a part of it (parts.h). */
struct ir_fn *lower_unit(const struct parts *parts, uint32_t unit);

/* ---- cfg.c ---- requires: blocks and jumps. Fills pred, rpo, id, idom, loop, depth. */
void fill_cfg(struct ir_fn *fn);
/* Does every way to b lead through a? */
bool ir_dominates(const struct ir_blk *a, const struct ir_blk *b);
/* ---- split.c ---- requires: cfg. Loops have one entry, unless that takes too much. */
void split_loops(struct ir_fn *fn);
/* ---- may_goto.c ---- requires: cfg. Loops that count do not ask in each pass whether they may. */
void may_gotos(struct ir_fn *fn);
/* ---- ssa.c ---- requires: cfg. Leaves no REF_VAR. */
void ssa(struct ir_fn *fn);
/* ---- fold.c ---- algebra, constants, narrowing by what is known of values */
void fold(struct ir_fn *fn);
/* ---- copy.c ---- uses of copies become uses of what was copied; phis of one value go */
void copy(struct ir_fn *fn);
/* ---- gvn.c ---- the same operation on the same operands is done once; loads where no store is
 * between */
void gvn(struct ir_fn *fn);
/* ---- memopt.c ---- loads of what was just stored, stores that nobody sees */
void memopt(struct ir_fn *fn);
/* ---- bounds.c ---- comparisons that what is known decides */
void bounds(struct ir_fn *fn);
/* ---- blind.c ---- requires: SSA, cfg. Updates that may write a value where it is */
void find_blind(struct ir_fn *fn);
/* ---- inline_map.c ---- lookups in known maps without calls, or with shorter ones */
void inline_map(struct ir_fn *fn);
/* The program's map that r is, or NULL. */
struct map *known_map(const struct ir_fn *fn, struct ref r);
/* ---- combine.c ---- bytes loaded one by one are loaded at once */
void combine(struct ir_fn *fn);
/* ---- select.c ---- jumps over little become choices between values */
void select_values(struct ir_fn *fn);
/* ---- loop.c ---- what does not change in a loop moves before it */
void loop(struct ir_fn *fn);
/* ---- tree.c ---- chains of questions for one value become trees */
void trees(struct ir_fn *fn);
/* ---- dce.c ---- what nobody uses goes; blocks that nobody reaches go; chains of blocks become one
 */
void dce(struct ir_fn *fn);
/* ---- idiom.c ---- requires: SSA, cfg. Loops that are one operation become it. */
void idioms(struct ir_fn *fn);
/* ---- harden.c ---- requires: SSA, cfg. Constants are put together where fn->harden says so. */
void harden(struct ir_fn *fn);
/* ---- schedule.c ---- requires: SSA. Instructions come right before those that want them. */
void schedule(struct ir_fn *fn);
/* ---- advance.c ---- requires: SSA. A loop's variable takes its next step where the old ends. */
void advance(struct ir_fn *fn);
/* ---- live.c ---- requires: cfg. Fills in and out. */
void live(struct ir_fn *fn);
/* ---- spill.c ---- requires: isel, live. No more values at once than registers. */
void spill(struct ir_fn *fn);
/* ---- regalloc.c ---- requires: spill. REF_TMP becomes REF_REG; phis become moves on edges. */
void regalloc(struct ir_fn *fn);
/* ---- jumps.c ---- the order in which blocks are laid out: fn->rpo becomes it */
void jumps(struct ir_fn *fn);
/* Numbers the blocks of fn->rpo, and says who goes to each. */
void fill_pred(struct ir_fn *fn);
/* ---- table.c ---- requires: jumps. Trees of questions for one value become tables. */
void tables(struct ir_fn *fn);

#endif
