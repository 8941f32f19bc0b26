/*
 * Facts for those who compile a program (facts.h). Functions are looked at twice: callers before
 * what they call, so that it is known what a static function is given; then what is called before
 * its callers, so that it is known what it returns. Nothing that one half needs comes from the
 * other, so that each is done after one time.
 */
#include "core/verify/flow.h"
#include "core/verify/local.h"

/* ---- what calls do ---- */

static void set_argument(struct flow_call *call, int i, enum flow_write reads,
			 enum flow_write writes)
{
	call->reads[i] = (uint8_t)reads;
	call->writes[i] = (uint8_t)writes;
}

static void fill_argument(struct flow_call *call, const struct func_arg *arg, int i)
{
	enum { DYNPTR_SIZE = DYNPTR_SLOTS * SLOT_SIZE };
	bool writes = arg->type & (MEM_WRITE | MEM_UNINIT);
	enum flow_write mem = arg->type & MEM_FIXED_SIZE ? FLOW_SIZE : FLOW_NEXT;

	call->size[i] = arg->size;
	call->releases |= (arg->type & OBJ_RELEASE) != 0;
	switch (arg_base(arg->type)) {
	case ARG_CONST_MAP_PTR:
		call->map_arg = (uint8_t)(i + 1);
		break;
	case ARG_PTR_TO_MAP_KEY:
		call->key_arg = (uint8_t)(i + 1);
		set_argument(call, i, FLOW_KEY, FLOW_NOTHING);
		break;
	case ARG_PTR_TO_MAP_VALUE:
		set_argument(call, i, FLOW_VALUE, writes ? FLOW_VALUE : FLOW_NOTHING);
		break;
	case ARG_PTR_TO_MEM:
		set_argument(call, i, mem, arg->type & MEM_RDONLY ? FLOW_NOTHING : mem);
		break;
	case ARG_PTR_TO_DYNPTR:
		call->size[i] = DYNPTR_SIZE;
		set_argument(call, i, FLOW_SIZE, FLOW_SIZE);
		break;
	case ARG_CONST_ALLOC_SIZE_OR_ZERO:
		call->alloc_arg = (uint8_t)(i + 1);
		break;
	case ARG_DONTCARE:
	case ARG_ANYTHING:
	case ARG_CONST_SIZE:
	case ARG_CONST_SIZE_OR_ZERO:
	case ARG_PTR_TO_CTX:
	case ARG_PTR_TO_FUNC:
		break;
	default:
		set_argument(call, i, FLOW_MORE, FLOW_MORE);
	}
}

/* Of what nothing is known it may do anything. */
static void fill_unknown(struct flow_call *call)
{
	for (int i = 0; i < ARGS_MAX; i++)
		set_argument(call, i, FLOW_MORE, FLOW_MORE);
	call->moves_packet = call->releases = call->calls_back = true;
	call->ret = FACT_ANY;
}

static void fill_helper(struct flow_call *call, struct env *env, int32_t id)
{
	const struct func_proto *proto = find_helper_proto(env, id);
	uint32_t facts = helper_facts(id);

	if (!proto) {
		fill_unknown(call);
		return;
	}
	for (int i = 0; i < ARGS_MAX; i++)
		fill_argument(call, &proto->args[i], i);
	call->moves_packet = facts & HELPER_CHANGES_PKT;
	call->calls_back = facts & HELPER_CALLS_BACK;
	call->ret_may_be_null = type_may_be_null(proto->ret.type);
	switch (ret_base(proto->ret.type)) {
	case RET_INTEGER:
		call->ret = FACT_NUMBER;
		break;
	case RET_VOID:
		call->ret = FACT_ANY;
		break;
	case RET_PTR_TO_MAP_VALUE:
		call->ret = FACT_MAP_VALUE;
		break;
	case RET_PTR_TO_MEM:
		call->ret = proto->ret.type & MEM_RINGBUF ? FACT_MEM : FACT_OTHER;
		break;
	default:
		call->ret = FACT_OTHER;
	}
}

static void fill_kfunc(struct flow_call *call, struct env *env, uint32_t insn)
{
	struct kfunc_facts facts;

	fill_unknown(call);
	if (!kfunc_facts(env, &env->insns[insn], &facts))
		return;
	call->moves_packet = facts.changes_pkt_data;
	call->calls_back = facts.calls_sync_callback;
}

static void fill_local(struct flow_call *call, struct env *env, uint32_t insn)
{
	uint32_t target = (uint32_t)insn_target(&env->insns[insn], insn);

	call->is_local = true;
	call->callee = containing_subprog(env, target);
	call->moves_packet = env->subs[call->callee].changes_pkt_data;
	call->releases = true;
}

static void fill_calls(struct flow *f, struct env *env)
{
	f->calls = arena_array(f->arena, struct flow_call *, f->ninsns);
	for (uint32_t i = 0; i < f->ninsns; i += insn_slots(&f->insns[i])) {
		struct flow_call *call;

		if (!(insn_descs[f->ops[i]].flags & INSN_CALLS))
			continue;
		call = f->calls[i] = arena_new(f->arena, struct flow_call);
		if (f->ops[i] == OP_CALL)
			fill_helper(call, env, f->insns[i].imm);
		else if (f->ops[i] == OP_CALL_LOCAL)
			fill_local(call, env, i);
		else if (f->ops[i] == OP_CALL_KFUNC)
			fill_kfunc(call, env, i);
		else
			fill_unknown(call);
	}
}

/* ---- functions ---- */

static void fill_funcs(struct flow *f, struct env *env)
{
	f->nfuncs = env->nsubs;
	f->funcs = arena_array(f->arena, struct flow_func, env->nsubs);
	for (uint32_t i = 0; i < env->nsubs; i++) {
		const struct subprog_info *sub = &env->subs[i];

		f->funcs[i] = (struct flow_func){
			.start = sub->start,
			.end = sub[1].start,
			.nslots = (sub->stack_depth + SLOT_SIZE - 1u) / SLOT_SIZE,
			.is_main = i == 0,
			.is_open = i == 0 || sub->is_global || sub->is_cb || sub->is_async_cb ||
				   i == env->exception_callback_subprog,
			.returns_other = sub->has_tail_call,
		};
	}
	for (uint32_t i = 0; i < f->ninsns; i += insn_slots(&f->insns[i]))
		if (f->ops[i] == OP_LD_IMM64_FUNC)
			f->funcs[containing_subprog(env, i + 1 + (uint32_t)f->insns[i].imm)]
				.is_open = true;
}

/* Callees before callers; what is called in circles may be given anything. */
struct call_order {
	struct flow *f;
	uint8_t *mark;
	uint32_t *order, n;
};

static void order_from(struct call_order *o, uint32_t func)
{
	enum { UNSEEN, OPEN, DONE };
	const struct flow *f = o->f;

	o->mark[func] = OPEN;
	for (uint32_t i = f->funcs[func].start; i < f->funcs[func].end; i++) {
		uint32_t callee;

		if (!f->calls[i] || !f->calls[i]->is_local)
			continue;
		callee = f->calls[i]->callee;
		if (o->mark[callee] == UNSEEN)
			order_from(o, callee);
		else if (o->mark[callee] == OPEN)
			f->funcs[callee].is_open = true;
	}
	o->mark[func] = DONE;
	o->order[o->n++] = func;
}

static uint32_t *order_funcs(struct flow *f)
{
	struct call_order o = {.f = f, .mark = xcalloc(f->nfuncs, 1)};

	o.order = arena_array(f->arena, uint32_t, f->nfuncs);
	for (uint32_t i = 0; i < f->nfuncs; i++)
		if (!o.mark[i])
			order_from(&o, i);
	free(o.mark);
	return o.order;
}

/* ---- what functions are given and return ---- */

/* What is left of a value on the other side of a call */
static struct fact_reg passed(const struct fact_reg *v, bool returns)
{
	struct fact_reg p = *v;

	/* What a callee calls a caller's frame may be the frame of the one it returns to. */
	if (v->kind == FACT_STACK || (returns && v->kind == FACT_FAR_STACK)) {
		p = fact_any();
		p.kind = returns ? FACT_ANY : FACT_FAR_STACK;
		p.may_be_null = v->may_be_null;
	}
	p.id = 0;
	p.delta = 0;
	return p;
}

struct round {
	struct flow *f;
	struct flow_func *func;
};

static void add_arguments(void *arg, uint32_t insn, const struct fact_state *st)
{
	const struct round *r = arg;
	const struct flow_call *call = r->f->calls[insn];
	struct flow_func *callee;
	bool exposed = false;

	if (!call || !call->is_local)
		return;
	callee = &r->f->funcs[call->callee];
	for (uint32_t i = 0; i < ARGS_MAX; i++) {
		struct fact_reg v = passed(&st->regs[i + 1], false);

		if (!callee->called)
			callee->args[i] = v;
		else
			fact_join(&callee->args[i], &v, FACT_JOIN, &exposed);
	}
	callee->called = true;
}

static void add_returned(struct flow_func *func, const struct fact_reg *v)
{
	struct fact_reg ret = passed(v, true);
	bool exposed = false;

	if (func->returns)
		fact_join(&func->ret, &ret, FACT_JOIN, &exposed);
	else
		func->ret = ret;
	func->returns = true;
}

static void add_return(void *arg, uint32_t insn, const struct fact_state *st)
{
	const struct round *r = arg;
	uint32_t flags = insn_descs[r->f->ops[insn]].flags;
	struct fact_reg zero = fact_const(0);

	if (flags & INSN_EXITS)
		add_returned(r->func, &st->regs[REG_RETURN]);
	/* Beyond the packet's end it returns for the function. */
	else if (flags & INSN_LEGACY)
		add_returned(r->func, &zero);
}

static bool calls_known(const struct flow *f, const struct flow_func *func)
{
	for (uint32_t i = func->start; i < func->end; i++)
		if (f->calls[i] && f->calls[i]->is_local && f->funcs[f->calls[i]->callee].ret_known)
			return true;
	return false;
}

static void solve_funcs(struct flow *f)
{
	uint32_t *order = order_funcs(f);

	for (uint32_t i = f->nfuncs; i-- > 0;) {
		struct round r = {f, &f->funcs[order[i]]};

		if (!r.func->is_open && !r.func->called)
			continue;
		flow_solve(f, r.func);
		flow_walk(f, r.func, add_arguments, &r);
	}
	for (uint32_t i = 0; i < f->nfuncs; i++) {
		struct round r = {f, &f->funcs[order[i]]};

		if (!r.func->is_open && !r.func->called)
			continue;
		if (calls_known(f, r.func))
			flow_solve(f, r.func);
		if (r.func->is_open || r.func->returns_other)
			continue;
		flow_walk(f, r.func, add_return, &r);
		r.func->ret_known = r.func->returns;
	}
}

/* ---- what is true of instructions ---- */

struct harvest {
	struct flow *f;
	struct fact_func *func;
	uint64_t touched, other, parts; /* slots: by loads and stores, otherwise, and not whole */
	struct fact_state *st, *taken;
};

static bool is_in_bounds(const struct flow *f, uint32_t insn, const struct flow_place *p)
{
	const struct fact_reg *base = p->base;
	int64_t end = p->hi + p->size;
	bool writes = insn_descs[f->ops[insn]].flags & INSN_STORES;

	if (base->may_be_null)
		return false;
	switch ((enum fact_kind)base->kind) {
	case FACT_STACK:
		return p->lo >= -STACK_SIZE && end <= 0;
	case FACT_MAP_VALUE:
		return p->lo >= 0 && end <= base->map->value_size;
	case FACT_MEM:
		return p->lo >= 0 && end <= base->size;
	case FACT_PACKET:
		return p->lo >= 0 && f->insns[insn].off + (int)p->size <= base->room;
	case FACT_CTX:
		return f->ctx.type && p->lo >= 0 && p->lo == p->hi &&
		       ctx_access(f->ctx.type, (uint64_t)p->lo, p->size, writes, f->ctx.users);
	default:
		return false;
	}
}

static uint32_t kernel_fact(const struct insn_aux *aux)
{
	if (aux->probe_lost || is_probed(aux->ptr_type))
		return FACT_PROBE;
	return is_kernels(aux->ptr_type) ? FACT_TRUSTED : 0;
}

static void look_at_access(struct harvest *h, uint32_t insn, const struct fact_state *st)
{
	const struct insn_desc *desc = &insn_descs[h->f->ops[insn]];
	uint32_t flags = desc->flags, at;
	struct flow_place p;
	int slot;

	if (desc->shape == SHAPE_LDX)
		h->f->flags[insn] |= kernel_fact(&h->f->aux[insn]);
	if (h->f->aux[insn].ptr_type == T_ARENA)
		h->f->flags[insn] |= FACT_ARENA;
	if (!flow_place(h->f, insn, st, &p))
		return;
	if (is_in_bounds(h->f, insn, &p))
		h->f->flags[insn] |= FACT_IN_BOUNDS;
	slot = flags & INSN_ATOM ? -1 : flow_slot(st, &p, &at);
	if (slot >= 0) {
		h->f->flags[insn] |= FACT_SLOT;
		h->touched |= UINT64_C(1) << slot;
		if (p.size != SLOT_SIZE)
			h->parts |= UINT64_C(1) << slot;
	} else if (p.base->kind == FACT_STACK) {
		h->other |= flow_slots(p.lo, p.hi + p.size);
	}
}

/* A frame of which others have the address, and a slot with an address that others may follow. */
static bool holds_stack(const struct fact_state *st, uint64_t slots)
{
	for (uint32_t i = 0; i < st->nslots; i++)
		if (slots >> i & 1 && st->slots[i].kind == FACT_STACK)
			return true;
	return false;
}

static void look_at_arguments(struct harvest *h, uint32_t insn, const struct fact_state *st)
{
	const struct flow_call *call = h->f->calls[insn];
	bool lends = call->is_local || call->calls_back;

	for (uint32_t i = 1; i <= ARGS_MAX; i++) {
		const struct fact_reg *v = &st->regs[i];
		int64_t reach = max(flow_reach(h->f, insn, st, i, call->reads[i - 1]),
				    flow_reach(h->f, insn, st, i, call->writes[i - 1]));
		uint64_t slots = UINT64_MAX;

		if (v->kind != FACT_STACK || (!reach && !lends))
			continue;
		if (!lends && v->r.smax <= 0)
			slots = flow_slots(v->r.smin, v->r.smax + reach);
		h->other |= holds_stack(st, slots) ? UINT64_MAX : slots;
	}
}

/* A key that is known, of at most eight bytes on the stack */
static bool find_key(const struct fact_state *st, const struct fact_reg *ptr, uint32_t size,
		     uint64_t *key)
{
	*key = 0;
	if (ptr->kind != FACT_STACK || !fact_is_const(ptr) || !size || size > sizeof(*key))
		return false;
	for (uint32_t i = 0; i < size; i++) {
		struct flow_place p = {ptr, ptr->r.smin + i, ptr->r.smin + i, 1};
		struct fact_reg byte;
		uint32_t at;
		int slot = flow_slot(st, &p, &at);

		if (slot < 0)
			return false;
		byte = fact_part(&st->slots[slot], at, 1, false);
		if (!fact_is_const(&byte))
			return false;
		*key |= byte.bits.value << i * 8;
	}
	return true;
}

static void look_at_call(struct harvest *h, uint32_t insn, const struct fact_state *st)
{
	struct flow_call *call = h->f->calls[insn];
	const struct fact_reg *map = &st->regs[call->map_arg];

	look_at_arguments(h, insn, st);
	if (!call->map_arg || map->kind != FACT_MAP)
		return;
	h->f->flags[insn] |= FACT_CALL_MAP;
	call->known.map = map->map;
	if (call->key_arg &&
	    find_key(st, &st->regs[call->key_arg], map->map->key_size, &call->known.key))
		h->f->flags[insn] |= FACT_CALL_KEY;
}

static void look_at_jump(struct harvest *h, uint32_t insn, const struct fact_state *st)
{
	uint32_t ways;

	memcpy(h->st, st, flow_state_size(st->nslots));
	memcpy(h->taken, st, flow_state_size(st->nslots));
	ways = flow_branch(h->f, insn, h->st, h->taken);
	if (ways == FLOW_TAKEN)
		h->f->flags[insn] |= FACT_TAKEN;
	else if (ways == FLOW_THROUGH)
		h->f->flags[insn] |= FACT_NOT_TAKEN;
}

static void look_at_alu(struct harvest *h, uint32_t insn, const struct fact_state *st)
{
	const struct bpf_insn *at = &h->f->insns[insn];
	const struct insn_desc *desc = &insn_descs[h->f->ops[insn]];
	const struct fact_reg *src = &st->regs[at->src_reg];
	uint8_t code = at->code & INSN_OP_MASK;
	bool not_zero;

	if (h->f->ops[insn] == OP_MOV32_X && fact_fits_32(src))
		h->f->flags[insn] |= FACT_EXTENDED;
	if (code != ALU_DIV && code != ALU_MOD)
		return;
	if (desc->shape == SHAPE_ALU_K)
		not_zero = at->imm;
	else if (desc->flags & INSN_W32)
		not_zero = src->r.u32_min || src->r.s32_min > 0 || src->r.s32_max < 0 ||
			   (uint32_t)src->bits.value;
	else
		not_zero = src->r.umin || src->bits.value;
	if (not_zero && !fact_is_address(src))
		h->f->flags[insn] |= FACT_DIVISOR;
}

static void look_at(void *arg, uint32_t insn, const struct fact_state *st)
{
	struct harvest *h = arg;
	const struct insn_desc *desc = &insn_descs[h->f->ops[insn]];

	h->f->flags[insn] &= ~FACT_DEAD;
	if (st->exposed)
		h->other = UINT64_MAX;
	if (desc->flags & INSN_COND)
		look_at_jump(h, insn, st);
	else if (desc->flags & INSN_CALLS)
		look_at_call(h, insn, st);
	else if (desc->shape == SHAPE_ALU_X || desc->shape == SHAPE_ALU_K)
		look_at_alu(h, insn, st);
	else
		look_at_access(h, insn, st);
}

static void harvest(struct flow *f, const struct flow_func *func, struct fact_func *out)
{
	struct harvest h = {.f = f, .func = out};

	h.st = xmalloc(flow_state_size(func->nslots));
	h.taken = xmalloc(flow_state_size(func->nslots));
	*out = (struct fact_func){
		.start = func->start, .end = func->end, .nslots = func->nslots};
	for (uint32_t i = func->start; i < func->end; i += insn_slots(&f->insns[i]))
		f->flags[i] = FACT_DEAD;
	flow_walk(f, func, look_at, &h);
	out->direct = h.touched & ~h.other;
	out->whole = out->direct & ~h.parts;
	free(h.st);
	free(h.taken);
}

/* ---- all of it ---- */

/* bpf_do_misc_fixups() of arenas: a cast to what programs load from is a move of 32 bits. */
static bool becomes_32(const struct env *env, uint32_t insn)
{
	return env->aux[insn].needs_zext ||
	       (env->ops[insn] == OP_ADDR_SPACE_CAST && env->insns[insn].imm == CAST_TO_PROGRAM);
}

static void rewrite(struct env *env, struct bpf_insn *insns, uint16_t *ops)
{
	for (uint32_t i = 0; i < env->ninsns; i++) {
		if (!becomes_32(env, i))
			continue;
		insns[i].code = (uint8_t)((insns[i].code & ~INSN_CLASS_MASK) | INSN_ALU);
		insns[i].off = 0;
		if (ops[i] == OP_ADDR_SPACE_CAST)
			insns[i].imm = 0;
		ops[i] = insn_decode(&insns[i]);
	}
}

static struct flow *flow_new(struct env *env)
{
	struct arena *a = &env->arena;
	struct flow *f = arena_new(a, struct flow);
	struct bpf_insn *insns = arena_memdup(a, env->insns, env->ninsns * sizeof(*insns));
	uint16_t *ops = arena_memdup(a, env->ops, env->ninsns * sizeof(*ops));

	rewrite(env, insns, ops);
	*f = (struct flow){
		.arena = &env->arena,
		.insns = insns,
		.ops = ops,
		.ninsns = env->ninsns,
		.aux = env->aux,
		.ctx = ctx_view_of(prog_type_of(env), env->job->attach_type),
		.has_ctx = env->job->type != PROG_TYPE_EXT,
	};
	f->maps = arena_memdup(&env->arena, env->maps, sizeof(env->maps));
	f->flags = arena_array(&env->arena, uint16_t, env->ninsns);
	return f;
}

int fill_facts(struct env *env)
{
	struct flow *f;
	struct fact_func *funcs;
	struct facts *facts;

	if (!env->job->want_facts)
		return 0;
	f = flow_new(env);
	fill_calls(f, env);
	fill_funcs(f, env);
	flow_blocks(f, env);
	solve_funcs(f);
	funcs = arena_array(f->arena, struct fact_func, f->nfuncs);
	for (uint32_t i = 0; i < f->nfuncs; i++)
		harvest(f, &f->funcs[i], &funcs[i]);
	facts = arena_new(f->arena, struct facts);
	*facts = (struct facts){.ninsns = f->ninsns,
				.nfuncs = f->nfuncs,
				.flags = f->flags,
				.ops = f->ops,
				.funcs = funcs,
				.flow = f};
	env->result->insn_facts = facts;
	return 0;
}

void facts_use(struct prog *prog, const struct facts *f)
{
	prog->facts = f;
	for (uint32_t i = 0; i < prog->ninsns; i += insn_slots(&prog->insns[i]))
		prog->ops[i] = f ? f->ops[i] : insn_decode(&prog->insns[i]);
}

struct fact_call facts_call(const struct facts *f, uint32_t insn)
{
	return f->flow->calls[insn]->known;
}

const struct fact_func *facts_func(const struct facts *f, uint32_t insn)
{
	uint32_t i = 0;

	while (i + 1 < f->nfuncs && f->funcs[i + 1].start <= insn)
		i++;
	return &f->funcs[i];
}

void facts_walk(const struct facts *f,
		void (*visit)(void *arg, uint32_t insn, const struct fact_state *st), void *arg)
{
	for (uint32_t i = 0; i < f->nfuncs; i++)
		facts_walk_func(f, i, f->funcs[i].start, f->funcs[i].end, visit, arg);
}

void facts_walk_func(const struct facts *f, uint32_t func, uint32_t start, uint32_t end,
		     void (*visit)(void *arg, uint32_t insn, const struct fact_state *st),
		     void *arg)
{
	flow_walk_slots(f->flow, &f->flow->funcs[func], start, end, visit, arg);
}

struct table {
	struct arena *arena;
	const struct fact_state **states;
};

static void add_state(void *arg, uint32_t insn, const struct fact_state *st)
{
	struct table *t = arg;

	t->states[insn] = arena_memdup(t->arena, st, flow_state_size(st->nslots));
}

const struct fact_state *const *facts_states(const struct facts *f, struct arena *a)
{
	struct table t = {a, arena_array(a, const struct fact_state *, f->ninsns)};

	facts_walk(f, add_state, &t);
	return t.states;
}
