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

enum { WIDTH = 900, LEFT = 64, RIGHT = 36, TALL = 190, GAP = 62, HEAD = 56 };

static const char *const colours[] = {"#2563eb", "#dc2626", "#16a34a", "#9333ea",
				      "#ea580c", "#0891b2", "#92400e", "#64748b"};

/* The distance of lines of a grid: 1, 2 or 5 times a power of ten, so that there are a few. */
static double grid_step(double top)
{
	enum { LINES = 5 };
	double step = 1e-9;

	while (step * LINES < top) {
		static const double more[] = {2, 2.5, 2};

		for (size_t i = 0; i < ARRAY_SIZE(more) && step * LINES < top; i++)
			step *= more[i];
	}
	return step;
}

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
	const char *colour = c->of_link ? "#334155" : colours[flow % ARRAY_SIZE(colours)];
	bool on = false;

	strbuf_addf(b, "<path class=\"%s\" stroke=\"%s\" d=\"", marks ? "mark" : "curve", colour);
	for (uint32_t i = 0; i < r->npoints; i++) {
		double v = marks ? c->mark(r, flow, i) : c->value(r, flow, i);

		if (v >= 0 && v <= top)
			strbuf_addf(b, "%c%.1f %.1f", on ? 'L' : 'M', svg_x(r, i),
				    base - v / top * TALL);
		on = v >= 0 && v <= top;
	}
	strbuf_add(b, "\"/>\n");
}

static void add_line(struct strbuf *b, double x1, double y1, double x2, double y2, bool axis)
{
	strbuf_addf(b, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", axis ? "axis" : "grid",
		    x1, y1, x2, y2);
}

/* Lines at round values, and at round times. */
static void add_grid(struct strbuf *b, const struct tcp_result *r, double base, double top)
{
	double seconds = r->npoints ? (double)(r->npoints - 1) * (double)r->sample_ns / 1e9 : 0;
	double step = grid_step(top), wide = WIDTH - LEFT - RIGHT;
	char text[32];

	for (double v = 0; v <= top * 1.0001; v += step) {
		double y = base - v / top * TALL;

		add_line(b, LEFT, y, WIDTH - RIGHT, y, v == 0);
		snprintf(text, sizeof(text), "%g", v);
		add_text(b, LEFT - 8, y + 4, "end", text);
	}
	step = seconds > 0 ? grid_step(seconds / 2) : 1;
	for (double t = 0; t <= seconds * 1.0001; t += step) {
		double x = LEFT + (seconds > 0 ? t / seconds * wide : 0);

		add_line(b, x, base, x, base - TALL, t == 0);
		snprintf(text, sizeof(text), "%g%s", t, t == 0 ? "" : " s");
		add_text(b, (int)x, base + 16, "middle", text);
	}
}

static void add_curve(struct strbuf *b, const struct tcp_curve *c, const struct tcp_result *r,
		      double base)
{
	double top = tcp_curve_top(c, r);
	char text[64];

	add_grid(b, r, base, top);
	snprintf(text, sizeof(text), "%s (%s)%s", c->what, c->unit,
		 c->mark ? "; dotted: threshold of slow start" : "");
	add_text(b, LEFT, base - TALL - 9, "start", text);
	for (uint32_t f = 0; f < curves_of(c, r); f++) {
		if (c->mark)
			add_path(b, c, r, f, true, base, top);
		add_path(b, c, r, f, false, base, top);
	}
}

static void add_legend(struct strbuf *b, const struct tcp_result *r)
{
	uint32_t n = min(r->nflows, 8u);
	int wide = min((WIDTH - LEFT - RIGHT) / (int)max(n, 1u), 150);
	char text[64];

	for (uint32_t f = 0; f < n; f++) {
		int x = LEFT + (int)f * wide;

		strbuf_addf(b, "<path stroke=\"%s\" stroke-width=\"3\" d=\"M%d 42h14\"/>\n",
			    colours[f % ARRAY_SIZE(colours)], x);
		snprintf(text, sizeof(text), "%u %s", f + 1, r->flows[f].cong);
		add_text(b, x + 20, 46, "start", text);
	}
}

void tcp_draw_svg(struct strbuf *b, const struct tcp_scenario *s, const struct tcp_result *r)
{
	int height_px = HEAD + (int)tcp_ncurves * (TALL + GAP);

	strbuf_addf(b,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		    "viewBox=\"0 0 %d %d\">\n"
		    "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
		    "<style>text{font:12px 'DejaVu Sans',sans-serif;fill:#334155}"
		    ".title{font-size:16px;font-weight:bold;fill:#0f172a}path{fill:none}"
		    ".grid{stroke:#e2e8f0}.axis{stroke:#94a3b8}"
		    ".curve{stroke-width:1.6;stroke-linejoin:round}"
		    ".mark{stroke-dasharray:2 4;opacity:.8}</style>\n"
		    "<text class=\"title\" x=\"%d\" y=\"24\">",
		    WIDTH, height_px, WIDTH, height_px, LEFT);
	strbuf_add_xml(b, s->title, strlen(s->title));
	strbuf_add(b, "</text>\n");
	add_legend(b, r);
	for (size_t k = 0; k < tcp_ncurves; k++)
		add_curve(b, &tcp_curves[k], r, HEAD + (double)k * (TALL + GAP) + TALL + 22);
	strbuf_add(b, "</svg>\n");
}
