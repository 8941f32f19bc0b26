/* Pictures of a simulation: for terminals eight dots a character, for all else SVG. */
#include <stdio.h>
#include <string.h>

#include "cmd/run_tcp.h"

/* A flow has a window from when it is connected until it is done. */
static double cwnd(const struct tcp_result *r, uint32_t flow, uint32_t i)
{
	uint32_t v = r->flows[flow].points[i].cwnd;

	return v ? (double)v : -1;
}

static double ssthresh(const struct tcp_result *r, uint32_t flow, uint32_t i)
{
	uint32_t v = r->flows[flow].points[i].ssthresh;

	return v && v < TCP_INFINITE_SSTHRESH ? (double)v : -1;
}

static double rtt(const struct tcp_result *r, uint32_t flow, uint32_t i)
{
	uint32_t v = r->flows[flow].points[i].srtt_us;

	return v ? v / 1000.0 : -1;
}

static double queue(const struct tcp_result *r, uint32_t flow __unused, uint32_t i)
{
	return r->queue[i];
}

const struct tcp_curve tcp_curves[] = {
	{"window", "packets", cwnd, ssthresh, false},
	{"round trip", "ms", rtt, NULL, false},
	{"queue", "packets", queue, NULL, true},
};
const size_t tcp_ncurves = ARRAY_SIZE(tcp_curves);

static uint32_t curves_of(const struct tcp_curve *c, const struct tcp_result *r)
{
	return c->of_link ? 1 : r->nflows;
}

double tcp_curve_top(const struct tcp_curve *c, const struct tcp_result *r)
{
	double top = 1;

	for (uint32_t f = 0; f < curves_of(c, r); f++)
		for (uint32_t i = 0; i < r->npoints; i++)
			top = max(top, c->value(r, f, i));
	return top;
}

/* ---- Braille ---- */

enum { COLS = 64, ROWS = 8, DOTS_X = COLS * 2, DOTS_Y = ROWS * 4 };

struct canvas {
	uint8_t cells[ROWS][COLS];
};

/* y from below; U+2800 has a bit for each of its dots. */
static void dot(struct canvas *c, int x, int y)
{
	static const uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	int down = DOTS_Y - 1 - y;

	if (x >= 0 && x < DOTS_X && y >= 0 && y < DOTS_Y)
		c->cells[down / 4][x / 2] |= bits[down % 4][x % 2];
}

static int height(double v, double top)
{
	return (int)(v / top * (DOTS_Y - 1) + 0.5);
}

/* Of the points of each column, from the lowest to the highest. */
static void draw_curve(struct canvas *canvas, const struct tcp_curve *c, const struct tcp_result *r,
		       uint32_t flow, double top)
{
	int before = -1, last = -1;

	for (int x = 0; x < DOTS_X; x++) {
		uint32_t from = (uint32_t)((uint64_t)x * r->npoints / DOTS_X);
		uint32_t to = max((uint32_t)((uint64_t)(x + 1) * r->npoints / DOTS_X), from + 1);
		int low = DOTS_Y, high = -1;

		for (uint32_t i = from; i < to && i < r->npoints; i++) {
			double v = c->value(r, flow, i), mark = c->mark ? c->mark(r, flow, i) : -1;

			if (v >= 0) {
				last = height(v, top);
				low = min(low, last);
				high = max(high, last);
			}
			if (mark >= 0 && mark <= top && x % 2 == 0)
				dot(canvas, x, height(mark, top));
		}
		if (before >= 0 && high >= 0) {
			low = min(low, before);
			high = max(high, before);
		}
		for (int y = low; y <= high; y++)
			dot(canvas, x, y);
		before = high < 0 ? -1 : last;
	}
}

static void add_utf8(struct strbuf *b, uint32_t braille)
{
	uint32_t c = 0x2800 + braille;

	strbuf_addch(b, (char)(0xe0 | c >> 12));
	strbuf_addch(b, (char)(0x80 | (c >> 6 & 0x3f)));
	strbuf_addch(b, (char)(0x80 | (c & 0x3f)));
}

static void show_canvas(struct out *out, const struct canvas *canvas, const struct tcp_curve *c,
			double top)
{
	struct strbuf b = {0};

	for (int row = 0; row < ROWS; row++) {
		if (row == 0)
			strbuf_addf(&b, "%8.0f ", top);
		else if (row == ROWS - 1)
			strbuf_addf(&b, "%8d ", 0);
		else
			strbuf_add(&b, "         ");
		for (int col = 0; col < COLS; col++)
			add_utf8(&b, canvas->cells[row][col]);
		if (row == 0)
			strbuf_addf(&b, " %s", c->what);
		if (row == 1)
			strbuf_addf(&b, " (%s)", c->unit);
		strbuf_addch(&b, '\n');
	}
	out_text(out, "%s", strbuf_str(&b));
	strbuf_free(&b);
}

void tcp_draw(struct out *out, const struct tcp_result *r)
{
	char end[32];
	int len;

	for (size_t k = 0; k < tcp_ncurves; k++) {
		const struct tcp_curve *c = &tcp_curves[k];
		struct canvas canvas = {0};
		double top = tcp_curve_top(c, r);

		for (uint32_t f = 0; f < curves_of(c, r); f++)
			draw_curve(&canvas, c, r, f, top);
		show_canvas(out, &canvas, c, top);
	}
	tcp_time_text(end, r->npoints ? (r->npoints - 1) * r->sample_ns : 0);
	len = COLS - 1 - (int)strlen(end);
	out_text(out, "%9s0%*s%s\n", "", len, "", end);
}

/* ---- SVG ---- */

enum { WIDTH = 860, LEFT = 70, RIGHT = 20, TALL = 200, GAP = 50, HEAD = 50 };

static const char *const colours[] = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd",
				      "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"};

static double svg_x(const struct tcp_result *r, uint32_t i)
{
	return LEFT + (double)(WIDTH - LEFT - RIGHT) * i / max(r->npoints - 1, 1u);
}

static void add_text(struct strbuf *b, int x, double y, const char *anchor, const char *text)
{
	strbuf_addf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	strbuf_add_xml(b, text, strlen(text));
	strbuf_add(b, "</text>\n");
}

static void add_path(struct strbuf *b, const struct tcp_curve *c, const struct tcp_result *r,
		     uint32_t flow, bool marks, double base, double top)
{
	const char *colour = c->of_link ? "#444" : colours[flow % ARRAY_SIZE(colours)];
	bool on = false;

	strbuf_addf(b, "<path fill=\"none\" stroke=\"%s\"%s d=\"", colour,
		    marks ? " stroke-dasharray=\"2 4\" opacity=\"0.7\"" : "");
	for (uint32_t i = 0; i < r->npoints; i++) {
		double v = marks ? c->mark(r, flow, i) : c->value(r, flow, i);

		if (v >= 0 && v <= top)
			strbuf_addf(b, "%c%.1f %.1f", on ? 'L' : 'M', svg_x(r, i),
				    base - v / top * TALL);
		on = v >= 0 && v <= top;
	}
	strbuf_add(b, "\"/>\n");
}

static void add_curve(struct strbuf *b, const struct tcp_curve *c, const struct tcp_result *r,
		      double base)
{
	double top = tcp_curve_top(c, r);
	char text[64];

	strbuf_addf(b, "<path stroke=\"#bbb\" fill=\"none\" d=\"M%d %.1fH%dM%d %.1fV%.1f\"/>\n",
		    LEFT, base, WIDTH - RIGHT, LEFT, base, base - TALL);
	for (int part = 0; part <= 2; part++) {
		snprintf(text, sizeof(text), "%.0f", top * part / 2);
		add_text(b, LEFT - 6, base - TALL * part / 2.0 + 4, "end", text);
	}
	snprintf(text, sizeof(text), "%s (%s)%s", c->what, c->unit,
		 c->mark ? ", dotted: slow start threshold" : "");
	add_text(b, LEFT + 6, base - TALL - 6, "start", text);
	for (uint32_t f = 0; f < curves_of(c, r); f++) {
		add_path(b, c, r, f, false, base, top);
		if (c->mark)
			add_path(b, c, r, f, true, base, top);
	}
}

static void add_legend(struct strbuf *b, const struct tcp_result *r)
{
	uint32_t n = min(r->nflows, 8u);
	int wide = min((WIDTH - LEFT - RIGHT) / (int)max(n, 1u), 150);
	char text[64];

	for (uint32_t f = 0; f < n; f++) {
		int x = LEFT + (int)f * wide;

		strbuf_addf(b, "<path stroke=\"%s\" stroke-width=\"3\" d=\"M%d 34h14\"/>\n",
			    colours[f % ARRAY_SIZE(colours)], x);
		snprintf(text, sizeof(text), "%u %s", f + 1, r->flows[f].cong);
		add_text(b, x + 18, 38, "start", text);
	}
}

/* Quarters of the time there is. */
static void add_times(struct strbuf *b, const struct tcp_result *r, double base)
{
	enum { PARTS = 4 };
	uint32_t n = max(r->npoints, 1u) - 1;
	char text[32];

	for (uint32_t part = 0; part <= PARTS; part++) {
		uint64_t ns = n * r->sample_ns * part / PARTS;
		int x = LEFT + (WIDTH - LEFT - RIGHT) * (int)part / PARTS;

		if (part)
			strbuf_addf(b, "<path stroke=\"#eee\" d=\"M%d %.1fV%.1f\"/>\n", x, base,
				    base - TALL);
		add_text(b, x, base + 16, part == PARTS ? "end" : "middle",
			 ns ? tcp_time_text(text, ns) : "0");
	}
}

void tcp_draw_svg(struct strbuf *b, const struct tcp_scenario *s, const struct tcp_result *r)
{
	int height_px = HEAD + (int)tcp_ncurves * (TALL + GAP);

	strbuf_addf(b,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		    "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
		    "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
		    WIDTH, height_px, WIDTH, height_px);
	add_text(b, LEFT, 20, "start", s->title);
	add_legend(b, r);
	for (size_t k = 0; k < tcp_ncurves; k++) {
		double base = HEAD + (double)k * (TALL + GAP) + TALL + 20;

		add_times(b, r, base);
		add_curve(b, &tcp_curves[k], r, base);
	}
	strbuf_add(b, "</svg>\n");
}
