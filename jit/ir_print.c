/*
 * The intermediate form as text, and what has to be true of it.
 *
 *	@3	<- @1 @2
 *		%7 = phi %4 %12
 *		%8 = add4 %7, 5
 *		if ult4 %8, 100 goto @2 else @4
 */
#include "jit/table.h"

#include <stdio.h>

#include "core/base/strbuf.h"
#include "jit/target.h"

static const char cc_text[CC_COUNT][6] = {
	[CC_EQ] = "eq",	  [CC_NE] = "ne",   [CC_ULT] = "ult", [CC_UGE] = "uge",
	[CC_UGT] = "ugt", [CC_ULE] = "ule", [CC_SLT] = "slt", [CC_SGE] = "sge",
	[CC_SGT] = "sgt", [CC_SLE] = "sle", [CC_SET] = "set", [CC_CLEAR] = "clear",
};

static const char atomic_text[][5] = {
	[ATOMIC_ADD] = "add", [ATOMIC_OR] = "or",     [ATOMIC_AND] = "and",
	[ATOMIC_XOR] = "xor", [ATOMIC_XCHG] = "xchg",
};

static void print_disp(struct strbuf *b, int32_t disp)
{
	if (disp)
		strbuf_addf(b, " %c %u", disp < 0 ? '-' : '+',
			    disp < 0 ? -(uint32_t)disp : (uint32_t)disp);
}

static void print_ref(const struct ir_fn *fn, struct strbuf *b, struct ref r)
{
	const struct ir_mem *mem;
	int64_t con;

	switch ((enum ref_kind)r.kind) {
	case REF_NONE:
		strbuf_add(b, "_");
		return;
	case REF_TMP:
		strbuf_addf(b, "%%%u", r.val);
		return;
	case REF_VAR:
		strbuf_addf(b, r.val < REG_FP ? "r%u" : "v%u", r.val);
		return;
	case REF_CON:
		con = ref_con(fn, r);
		if (con > -4096 && con < 65536)
			strbuf_addf(b, "%lld", (long long)con);
		else
			strbuf_addf(b, "0x%llx", (unsigned long long)con);
		return;
	case REF_REG:
		strbuf_add(b, fn->target ? fn->target->reg_names[r.val] : "reg");
		return;
	case REF_SPILL:
		strbuf_addf(b, "spill%u", r.val);
		return;
	case REF_MEM:
		mem = &fn->mems.v[r.val];
		strbuf_add(b, "[");
		if (mem->frame)
			strbuf_add(b, "fp");
		else
			print_ref(fn, b, mem->base);
		if (mem->index.kind != REF_NONE) {
			strbuf_add(b, " + ");
			print_ref(fn, b, mem->index);
			strbuf_addf(b, " * %u", mem->scale);
		}
		print_disp(b, mem->disp);
		strbuf_add(b, "]");
		return;
	}
}

static void print_list(const struct ir_fn *fn, struct strbuf *b, const struct ref *refs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		strbuf_add(b, i ? ", " : " ");
		print_ref(fn, b, refs[i]);
	}
}

static void print_address(const struct ir_fn *fn, struct strbuf *b, const struct ir_ins *ins)
{
	if (ins->arg[0].kind == REF_MEM) {
		strbuf_add(b, " ");
		print_ref(fn, b, ins->arg[0]);
		return;
	}
	strbuf_add(b, " [");
	print_ref(fn, b, ins->arg[0]);
	print_disp(b, ins->disp);
	strbuf_add(b, "]");
}

static void print_call(const struct ir_fn *fn, struct strbuf *b, const struct ir_ins *ins)
{
	const struct ir_call *call = ins->call;

	if (call->callee == CALLEE_REF)
		print_list(fn, b, &call->arg[5], 1);
	else if (call->name)
		strbuf_addf(b, " %s", call->name);
	else if (call->callee == CALLEE_FUNC)
		strbuf_addf(b, " func%u", call->func);
	strbuf_add(b, " (");
	for (uint32_t i = 0; i < call->nargs; i++) {
		if (i)
			strbuf_add(b, ", ");
		print_ref(fn, b, call->arg[i]);
	}
	strbuf_add(b, ")");
}

static bool is_memory(const struct ir_ins *ins)
{
	return ir_ops[ins->op].modes & (IR_READS | IR_WRITES) && ins->op != IR_CALL &&
	       ins->op != IR_TAILCALL;
}

static void print_operands(const struct ir_fn *fn, struct strbuf *b, const struct ir_ins *ins)
{
	uint32_t n = ins->arg[1].kind != REF_NONE ? 2 : ins->arg[0].kind != REF_NONE;

	if (ins->op == IR_CALL || ins->op == IR_TAILCALL) {
		print_call(fn, b, ins);
	} else if (is_memory(ins)) {
		print_address(fn, b, ins);
		if (ins->arg[1].kind != REF_NONE) {
			strbuf_add(b, ",");
			print_list(fn, b, &ins->arg[1], 1);
		}
		if (ins->op == IR_CMPXCHG) {
			strbuf_add(b, ",");
			print_list(fn, b, ins->call->arg, 1);
		}
	} else if (ins->op == IR_SELECT) {
		strbuf_addf(b, " %s%u", cc_text[ins->call->cc], ins->call->width);
		print_list(fn, b, ins->call->arg, 2);
		strbuf_add(b, " ?");
		print_list(fn, b, ins->arg, 2);
	} else if (ins->op == IR_FRAME) {
		print_disp(b, ins->disp);
	} else if (ins->op == IR_LEAVE) {
		strbuf_addf(b, " part%d", ins->disp);
	} else {
		print_list(fn, b, ins->arg, n);
	}
}

static void print_ins(const struct ir_fn *fn, struct strbuf *b, const struct ir_ins *ins)
{
	if (ins->op == IR_NOP)
		return;
	strbuf_add(b, "\t");
	if (ins->to.kind != REF_NONE) {
		print_ref(fn, b, ins->to);
		strbuf_add(b, " = ");
	}
	strbuf_addf(b, "%s%u", ir_ops[ins->op].text, ins->width);
	if (ins->op == IR_SET)
		strbuf_addf(b, " %s", cc_text[ins->cc]);
	if (ins->op == IR_ATOMIC || ins->op == IR_FETCH)
		strbuf_addf(b, " %s", atomic_text[ins->cc]);
	if (ins->op == IR_RMW)
		strbuf_addf(b, " %s", ir_ops[ins->sub].text);
	print_operands(fn, b, ins);
	strbuf_add(b, "\n");
}

static void print_table(const struct ir_fn *fn, struct strbuf *b, const struct ir_jmp *jmp)
{
	const struct jump_table *t = jmp->table;

	strbuf_addf(b, "\ttable%u", t->width);
	print_list(fn, b, jmp->arg, 1);
	strbuf_addf(b, " from %u:", t->least);
	for (uint32_t i = 0; i < t->n; i++)
		strbuf_addf(b, " @%u", t->to[i]->id);
	if (t->none)
		strbuf_addf(b, " else @%u", t->none->id);
	strbuf_add(b, "\n");
}

static void print_jmp(const struct ir_fn *fn, struct strbuf *b, const struct ir_blk *blk)
{
	const struct ir_jmp *jmp = &blk->jmp;

	switch ((enum ir_jump)jmp->kind) {
	case JUMP_GOTO:
		strbuf_addf(b, "\tgoto @%u\n", blk->to[0]->id);
		return;
	case JUMP_IF:
		strbuf_addf(b, "\tif %s%u", cc_text[jmp->cc], jmp->width);
		print_list(fn, b, jmp->arg, 2);
		break;
	case JUMP_FLAGS:
		strbuf_addf(b, "\tif %s", cc_text[jmp->cc]);
		break;
	case JUMP_RET:
		strbuf_add(b, "\tret");
		if (jmp->arg[0].kind != REF_NONE)
			print_list(fn, b, jmp->arg, 1);
		strbuf_add(b, "\n");
		return;
	case JUMP_TABLE:
		print_table(fn, b, jmp);
		return;
	case JUMP_STOP:
		strbuf_add(b, "\tstop\n");
		return;
	}
	strbuf_addf(b, " goto @%u else @%u\n", blk->to[0]->id, blk->to[1]->id);
}

static void print_blk(const struct ir_fn *fn, struct strbuf *b, const struct ir_blk *blk)
{
	strbuf_addf(b, "@%u", blk->id);
	for (size_t i = 0; i < blk->pred.n; i++)
		strbuf_addf(b, "%s@%u", i ? " " : "\t<- ", blk->pred.v[i]->id);
	if (blk->loop == blk)
		strbuf_addf(b, "\tloop %u", blk->depth);
	strbuf_add(b, "\n");
	for (size_t i = 0; i < blk->phis.n; i++) {
		strbuf_add(b, "\t");
		print_ref(fn, b, blk->phis.v[i].to);
		strbuf_add(b, " = phi");
		print_list(fn, b, blk->phis.v[i].arg, (uint32_t)blk->pred.n);
		strbuf_add(b, "\n");
	}
	for (size_t i = 0; i < blk->ins.n; i++)
		print_ins(fn, b, &blk->ins.v[i]);
	print_jmp(fn, b, blk);
}

void ir_print(struct ir_fn *fn, struct strbuf *b)
{
	const struct subprog *sub = &fn->prog->subs[fn->func];

	strbuf_addf(b, "function %s, frame %u\n", sub->name ? sub->name : "?", fn->frame);
	for (uint32_t i = 0; i < 5; i++)
		if (fn->args[i].kind != REF_NONE) {
			strbuf_addf(b, "\tr%u is ", i + 1);
			print_ref(fn, b, fn->args[i]);
			strbuf_add(b, "\n");
		}
	if (fn->nrpo) {
		for (uint32_t i = 0; i < fn->nrpo; i++)
			print_blk(fn, b, fn->rpo[i]);
		return;
	}
	vec_each(&fn->blks, blk) {
		print_blk(fn, b, *blk);
	}
}
