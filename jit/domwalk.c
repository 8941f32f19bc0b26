#include "jit/domwalk.h"

void dom_walk(struct ir_fn *fn, void (*enter)(void *arg, struct ir_blk *blk),
	      void (*leave)(void *arg, struct ir_blk *blk), void *arg)
{
	/* By block: the first child, the next of the same parent; + 1, 0: none */
	uint32_t *child = xcalloc(fn->nrpo, sizeof(*child));
	uint32_t *sibling = xcalloc(fn->nrpo, sizeof(*sibling));
	uint32_t *stack = xcalloc(fn->nrpo, sizeof(*stack)), depth = 0;

	for (uint32_t i = fn->nrpo; i-- > 1;) {
		uint32_t parent = fn->rpo[i]->idom->id;

		sibling[i] = child[parent];
		child[parent] = i + 1;
	}
	stack[depth++] = 0;
	enter(arg, fn->rpo[0]);
	while (depth) {
		uint32_t at = stack[depth - 1], next = child[at];

		if (!next) {
			leave(arg, fn->rpo[at]);
			depth--;
			continue;
		}
		child[at] = sibling[next - 1];
		stack[depth++] = next - 1;
		enter(arg, ir_next(fn, next - 1));
	}
	free(child);
	free(sibling);
	free(stack);
}
