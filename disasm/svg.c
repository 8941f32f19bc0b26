#include "disasm/graph.h"
void disasm_svg(const struct dis_list *list, const struct dis_options *opt, struct strbuf *out)
{
	(void)list; (void)opt; (void)out;
}
