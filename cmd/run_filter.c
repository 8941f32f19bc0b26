/* --filter: packets that a filter of libpcap's keeps, as a socket filter of our own. */
#include <errno.h>
#include <stdlib.h>

#include "asm/asm.h"
#include "cmd/classic.h"
#include "cmd/run.h"
#include "core/interp/interp.h"

struct run_filter {
	struct object *object;
	struct image *image;
	struct vm vm;
};

int run_open_filter(struct run *r)
{
	enum { ETHERNET = 1, SNAPLEN = 262144 };
	const char *expression = r->o->packet.filter;
	struct load_options how = {0};
	struct classic_filter f;
	int err;

	if (!expression)
		return 0;
	r->filter = xcalloc(1, sizeof(*r->filter));
	err = classic_compile(expression, ETHERNET, SNAPLEN, &r->arena, r->d, &f);
	if (!err)
		err = classic_admit(&f, false, r->d);
	if (!err)
		err = classic_to_object(&f, CLASSIC_TO_SOCKET, 0, 0, r->d, &r->filter->object);
	if (!err)
		err = load_image(r->filter->object, &how, r->d, &r->filter->image);
	/* What the conversion made of an admitted filter need not be checked again. */
	if (!err)
		err = vm_open(&r->filter->vm, r->filter->image, r->d);
	if (!err)
		vm_trust(&r->filter->vm, &interp_engine);
	if (!err)
		err = vm_select(&r->filter->vm, NULL, r->d);
	r->filter->vm.reads_only = true;
	return err;
}

bool run_wants(struct run *r, const struct capture_packet *pkt)
{
	uint64_t keep = 0;

	return !r->filter || (vm_run_packet(&r->filter->vm, pkt, &keep, NULL) == 0 && keep);
}

void run_close_filter(struct run *r)
{
	if (!r->filter)
		return;
	if (r->filter->vm.image)
		vm_close(&r->filter->vm);
	image_free(r->filter->image);
	if (r->filter->object)
		object_free(r->filter->object);
	free(r->filter->object);
	free(r->filter);
}
