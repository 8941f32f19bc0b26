/* Kept states, made of pieces: keep.h. */
#include "core/verify/local.h"

/* ---- places ---- */

/* What is at a place, as if it were a slot. */
static struct kept_slot place_at(const struct func_state *fs, uint32_t piece, uint32_t i)
{
	uint32_t at = piece * PLACES + i, slot = at - REG_PIECES * PLACES;
	bool has_reg = at < REG_COUNT && fs->regs[at].type != T_NOT_INIT;

	if (piece >= REG_PIECES && slot < fs->nslots)
		return open_slot(fs, slot);
	return (struct kept_slot){0, piece < REG_PIECES && has_reg ? &fs->regs[at] : NULL};
}

static uint32_t count_pieces(const struct func_state *fs)
{
	return REG_PIECES + (fs->nslots + PLACES - 1) / PLACES;
}

/* ---- pieces ---- */

enum { REG_BYTES = offsetof(struct reg_state, precise) + sizeof(bool) };

/* Is the piece what the frame has there? */
static bool is_same_piece(const struct piece *p, const struct func_state *fs, uint32_t piece)
{
	for (uint32_t i = 0; i < PLACES; i++) {
		struct kept_slot now = place_at(fs, piece, i);
		const struct reg_state *reg = p ? piece_reg(p, i) : NULL;

		if (now.types != (p ? p->types[i] : 0) || !now.reg != !reg)
			return false;
		if (reg && memcmp(now.reg, reg, REG_BYTES) != 0)
			return false;
	}
	return true;
}

static size_t piece_size(uint32_t has)
{
	return sizeof(struct piece) + piece_count(has) * sizeof(struct reg_state);
}

static struct piece *new_piece(struct env *env, const struct func_state *fs, uint32_t piece)
{
	uint32_t has = 0, n = 0;
	uint64_t any = 0;
	struct piece *p;

	for (uint32_t i = 0; i < PLACES; i++) {
		struct kept_slot now = place_at(fs, piece, i);

		has |= (uint32_t)(now.reg != NULL) << i;
		any |= now.types;
	}
	if (!has && !any)
		return NULL;
	p = pool_alloc(&env->pool, piece_size(has));
	p->users = 1;
	p->has = has;
	for (uint32_t i = 0; i < PLACES; i++) {
		struct kept_slot now = place_at(fs, piece, i);

		p->types[i] = now.types;
		if (now.reg)
			p->regs[n++] = *now.reg;
	}
	return p;
}

static void drop_piece(struct env *env, struct piece *p)
{
	if (p && !--p->users)
		pool_free(&env->pool, p, piece_size(p->has));
}

/* ---- frames ---- */

static size_t frame_size(uint32_t npieces)
{
	return sizeof(struct kept_frame) + npieces * sizeof(struct piece *);
}

static bool is_same_head(const struct func_state *a, const struct func_state *b)
{
	return memcmp(a, b, offsetof(struct func_state, capslots)) == 0;
}

/* base: a frame to share with, or NULL. */
static struct kept_frame *keep_frame(struct env *env, const struct func_state *fs,
				     struct kept_frame *base)
{
	uint32_t n = count_pieces(fs), same = 0;
	bool is_same[PIECES_MAX];
	struct kept_frame *f;

	for (uint32_t i = 0; i < n; i++) {
		is_same[i] =
			base && i < base->npieces && is_same_piece(kept_pieces(base)[i], fs, i);
		same += is_same[i];
	}
	if (same == n && is_same_head(fs, &base->func)) {
		base->users++;
		return base;
	}
	f = pool_alloc(&env->pool, frame_size(n));
	f->users = 1;
	f->npieces = n;
	f->func = *fs;
	f->func.stack = NULL;
	for (uint32_t i = 0; i < n; i++) {
		struct piece *p = is_same[i] ? kept_pieces(base)[i] : new_piece(env, fs, i);

		kept_pieces(f)[i] = p;
		if (is_same[i] && p)
			p->users++;
	}
	return f;
}

static void drop_frame(struct env *env, struct kept_frame *f)
{
	if (--f->users)
		return;
	for (uint32_t i = 0; i < f->npieces; i++)
		drop_piece(env, kept_pieces(f)[i]);
	pool_free(&env->pool, f, frame_size(f->npieces));
}

static void open_frame(struct env *env, struct state *st, uint32_t frame, const struct kept *k)
{
	const struct func_state *func = &k->frame->func;
	struct func_state *fs = make_frame(st, frame);

	grow_stack(fs, func->nslots);
	memcpy(fs, func, offsetof(struct func_state, capslots));
	for (uint32_t i = 0; i < REG_COUNT; i++) {
		fs->regs[i] = *kept_reg(env, k, i);
		fs->regs[i].precise |= k->precise_regs >> i & 1;
	}
	for (uint32_t i = 0; i < func->nslots; i++) {
		struct stack_slot *slot = &fs->stack[i];
		struct kept_slot now = kept_slot(k, i);

		memcpy(slot->type, &now.types, sizeof(now.types));
		slot->spilled.ref_obj_id = 0;
		if (!now.reg)
			continue;
		slot->spilled = *now.reg;
		slot->spilled.precise |= k->precise_slots >> i & 1;
	}
}

/* ---- states ---- */

void keep_hist(struct env *env, struct state *kept, const struct state *st)
{
	size_t size = st->nhist * sizeof(*st->hist);

	kept->nhist = st->nhist;
	kept->hist = pool_alloc(&env->pool, size);
	if (size)
		memcpy(kept->hist, st->hist, size);
}

void drop_hist(struct env *env, struct state *kept)
{
	pool_free(&env->pool, kept->hist, kept->nhist * sizeof(*kept->hist));
}

static size_t ref_piece_size(uint32_t nrefs, uint32_t piece)
{
	return offsetof(struct ref_piece, refs) +
	       min(nrefs - piece * REFS, (uint32_t)REFS) * sizeof(struct ref_state);
}

static struct ref_piece *keep_ref_piece(struct env *env, const struct state *st, uint32_t i)
{
	const struct state *base = st->parent;
	size_t size = ref_piece_size(st->nrefs, i);
	size_t bytes = size - offsetof(struct ref_piece, refs);
	struct ref_piece *p;

	if (base && i * REFS < base->nrefs && ref_piece_size(base->nrefs, i) == size) {
		p = base->ref_pieces[i];
		if (!memcmp(p->refs, &st->refs[i * REFS], bytes)) {
			p->users++;
			return p;
		}
	}
	p = pool_alloc(&env->pool, size);
	p->users = 1;
	memcpy(p->refs, &st->refs[i * REFS], bytes);
	return p;
}

static uint32_t count_ref_pieces(const struct state *st)
{
	return (st->nrefs + REFS - 1) / REFS;
}

static void keep_refs(struct env *env, struct state *kept, const struct state *st)
{
	uint32_t n = count_ref_pieces(st);

	kept->ref_pieces = n ? pool_alloc(&env->pool, n * sizeof(*kept->ref_pieces)) : NULL;
	for (uint32_t i = 0; i < n; i++)
		kept->ref_pieces[i] = keep_ref_piece(env, st, i);
}

static void drop_refs(struct env *env, struct state *kept)
{
	uint32_t n = count_ref_pieces(kept);

	for (uint32_t i = 0; i < n; i++)
		if (!--kept->ref_pieces[i]->users)
			pool_free(&env->pool, kept->ref_pieces[i], ref_piece_size(kept->nrefs, i));
	pool_free(&env->pool, kept->ref_pieces, n * sizeof(*kept->ref_pieces));
}

static void open_refs(struct state *st, const struct state *kept)
{
	make_refs(st, kept->nrefs);
	st->nrefs = kept->nrefs;
	for (uint32_t i = 0; i < kept->nrefs; i++)
		st->refs[i] = *kept_ref(kept, i);
}

void keep_state(struct env *env, struct state *kept, const struct state *st)
{
	const struct state *base = st->parent;

	*kept = *st;
	keep_hist(env, kept, st);
	keep_refs(env, kept, st);
	kept->kept = pool_alloc(&env->pool, (st->curframe + 1) * sizeof(*kept->kept));
	for (uint32_t i = 0; i <= st->curframe; i++) {
		struct kept_frame *f = base && i <= base->curframe ? base->kept[i].frame : NULL;

		kept->kept[i] = (struct kept){.frame = keep_frame(env, st->frame[i], f),
					      .alive_slots = UINT64_MAX,
					      .alive_regs = UINT16_MAX};
	}
}

void drop_kept(struct env *env, struct state *kept)
{
	for (uint32_t i = 0; i <= kept->curframe; i++)
		drop_frame(env, kept->kept[i].frame);
	pool_free(&env->pool, kept->kept, (kept->curframe + 1) * sizeof(*kept->kept));
	drop_refs(env, kept);
	drop_hist(env, kept);
}

void open_state(struct env *env, struct state *st, const struct state *kept)
{
	copy_head(st, kept);
	open_refs(st, kept);
	for (uint32_t i = 0; i <= kept->curframe; i++)
		open_frame(env, st, i, &kept->kept[i]);
}

const struct state *shown_state(struct env *env, const struct state *kept)
{
	if (!env->shown)
		env->shown = new_open_state();
	open_state(env, env->shown, kept);
	return env->shown;
}
