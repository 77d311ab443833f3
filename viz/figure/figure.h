/* A figure as places: outlines, wires and lines of text, from the record and the layout. Every
 * writer of figures reads this, so that a slide, a page and a handout have the same geometry.
 * Private to viz/. Knows no format.
 *
 * A line of text is a row of runs. A run says what it is, such as the value of step 3, and not
 * how it is written: viz__run_text writes it in Unicode or ASCII, viz__run_math in LaTeX.
 * Distances are in pixels of a figure whose text has 14 pixels; y grows downward.
 */
#ifndef VIZ_FIGURE_H
#define VIZ_FIGURE_H

#include "viz/layout/layout.h"
#include "viz/paint/paint.h"
#include "viz/record/modules.h"
#include "viz/record/record.h"

#define VIZ__NONE UINT32_MAX
#define VIZ__DOUBLE_GAP 3 /* between the two lines around the root */
#define VIZ__BOLD 2.5     /* the width of a highlighted line */

/* --- text ------------------------------------------------------------------------------------- */

typedef enum viz__run_kind {
    VIZ__RUN_STEP,       /* 3 */
    VIZ__RUN_GAP,        /* between a step and a name */
    VIZ__RUN_NAME,       /* c */
    VIZ__RUN_FORMULA,    /* " = a + b", or "  input" */
    VIZ__RUN_SYMBOL,     /* the operation, short: + */
    VIZ__RUN_VALUE,      /* 58.60, or of a tensor its type and norm */
    VIZ__RUN_SHAPE,      /* [3,4] */
    VIZ__RUN_GRADIENT,   /* -0.8223, or a sign for why there is none */
    VIZ__RUN_EQUATION,   /* ∂f/∂c = -0.8223 */
    VIZ__RUN_PARTIAL,    /* ∂c/∂a = 1 */
    VIZ__RUN_FLOW,       /* of an operand: upstream gradient times local partial */
    VIZ__RUN_OPERATION,  /* add */
    VIZ__RUN_MODULE,     /* encoder.1 (linear); of the operand's number */
    VIZ__RUN_SIZE,       /* 4 nodes, 72 parameters; likewise */
    VIZ__RUN_FOLD,       /* 800 nodes */
    VIZ__RUN_FOLD_STEPS, /* steps 100 to 899 */
    VIZ__RUN_FOLDED,     /* that nodes were folded */
    VIZ__RUN_LEGEND      /* of the operand's number, a part of the legend */
} viz__run_kind;

/* The operand of a run of kind LEGEND. */
enum {
    VIZ__LEGEND_VALUE,
    VIZ__LEGEND_GRADIENT,
    VIZ__LEGEND_WIRE,
    VIZ__LEGEND_STATES,
    VIZ__LEGEND_OUTLINES
};

typedef struct viz__run {
    uint32_t step;
    uint32_t operand; /* for PARTIAL and FLOW */
    uint8_t kind;
    uint8_t ink;
    uint8_t size; /* of the font */
    bool bold;
} viz__run;

typedef struct viz__line {
    size_t first, n;  /* its runs */
    viz__point at;    /* the middle of the baseline; before the layout, relative to its owner */
    double width;     /* as measured, with a tenth of slack */
    uint32_t owner;   /* the box or the wire to which it belongs; VIZ__NONE for none */
    bool of_wire;     /* which of the two */
    uint32_t appears; /* the number of the fragment; VIZ__NONE if it is always there */
} viz__line;

/* --- shapes ----------------------------------------------------------------------------------- */

typedef enum viz__outline {
    VIZ__BOX,     /* a result of an operation */
    VIZ__ROUNDED, /* an input */
    VIZ__CUT,     /* a parameter: cut corners */
    VIZ__DASHED,  /* a constant, or the fold */
    VIZ__DOUBLE,  /* the root */
    VIZ__CIRCLE,  /* an operation, in the style circuit; of the box's upper part */
    VIZ__NO_LINE  /* text alone */
} viz__outline;

/* What a box of the layout stands for. Its place is in viz__figure.box. */
typedef struct viz__item {
    uint32_t step;   /* VIZ__NONE for the fold, for a module and for the end of a circuit */
    uint32_t module; /* that is drawn as this box; VIZ__NONE: it is none */
    uint8_t outline;
    bool highlighted;
    int32_t color;  /* the user's, 0xRRGGBB; negative: none */
    double rule;    /* where a line crosses the box, from its top; 0 without one */
    double radius;  /* of a circle */
    uint32_t shown; /* the fragment of the value, and then that of the gradient */
    uint32_t differentiated;
} viz__item;

/* What a link of the layout stands for. Its place is in viz__figure.link. */
typedef struct viz__wire {
    uint32_t step, operand; /* the operand of a node; VIZ__NONE for an edge of the fold */
    bool flows;             /* a gradient flows back; else it is dashed */
    bool highlighted;
    double width;
} viz__wire;

/* The boxes of one module, within a frame. */
typedef struct viz__cluster {
    uint32_t module;
    uint32_t around;    /* the cluster in which it lies, or VIZ__NONE */
    uint32_t first_box; /* of those that lie in it directly; viz__figure.next_box has the others */
    double title;       /* the width of its title */
    viz__point center;  /* of the frame */
    double width, height;
} viz__cluster;

typedef struct viz__figure {
    viz__record *record;
    ag_status status; /* the first failure */
    bool sized;       /* text is measured */
    uint32_t steps;   /* fragments: those of values and then, the newest first, of gradients */
    viz__layout layout;
    viz__box *box;
    viz__item *item; /* by box */
    size_t boxes;
    viz__link *link;
    viz__wire *wire; /* by link */
    size_t links;
    viz__cluster *cluster; /* each before those in it */
    size_t clusters;
    uint32_t *cluster_of; /* by box: its cluster, or VIZ__NONE */
    uint32_t *next_box;   /* by box: the next one of its cluster, or VIZ__NONE */
    viz__line *line;
    size_t lines;
    viz__run *run;
    size_t runs;
    size_t box_room, item_room, link_room, wire_room, line_room, run_room; /* of the arrays */
    size_t cluster_room, cluster_of_room;
    uint32_t *box_of; /* by step: its box, that which stands for it; or VIZ__NONE */
    double width, height;
    viz__drawn drawn;
    uint32_t end; /* of a circuit: the box with the name of the root; VIZ__NONE without one */
} viz__figure;

/* Do links lead down or up? */
static inline bool viz__is_downward(const viz__figure *f)
{
    return f->layout.direction == VIZ__DOWN || f->layout.direction == VIZ__UP;
}

/* The first fragment that a frame does not show; VIZ__NONE if all are shown. */
static inline uint32_t viz__frame_end(const viz_options *o)
{
    return o->frame > 0 && o->frame < VIZ__NONE ? (uint32_t)o->frame - 1 : VIZ__NONE;
}

/* The direction of links. */
static inline viz__point viz__forward(const viz__figure *f)
{
    static const viz__point forward[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    return forward[f->layout.direction];
}

/* Makes the figure of a record, without places, which Graphviz and Mermaid find themselves;
 * `sized` says whether boxes and labels are measured. Free it with viz__figure_free, also after
 * a failure. */
ag_status viz__figure_new(viz__figure *f, viz__record *r, bool sized);

/* Gives everything its place. */
ag_status viz__figure_place(viz__figure *f);
void viz__figure_free(viz__figure *f);

/* Writes the title of a cluster; where it stands, in muted text of 12 pixels that begins there. */
void viz__cluster_title(viz__out *out, const viz__figure *f, size_t cluster);
viz__point viz__title_place(const viz__cluster *c);

/* Writes the clusters, one in another, in a language that lists the boxes of each: what begins one,
 * given its title, a box of it, and what ends it. `out` must not be the record's scratch. */
typedef struct viz__cluster_words {
    void (*begin)(viz__out *out, size_t cluster, const char *title);
    void (*box)(viz__out *out, const viz__figure *f, uint32_t box);
    const char *end;
} viz__cluster_words;
void viz__put_clusters(viz__out *out, viz__figure *f, const viz__cluster_words *words);

/* --- text of runs ----------------------------------------------------------------------------- */

/* Writes a run. `out` must be a string. */
void viz__run_text(viz__out *out, viz__figure *f, const viz__run *run);
void viz__run_math(viz__out *out, viz__figure *f, const viz__run *run);

/* Writes what a viewer shows when one points at a node or an edge: "step 3: c = a + b, mlp.c:42";
 * "∂b/∂a = exp(a) = 54.60". `out` must be a string. */
void viz__item_tip(viz__out *out, viz__figure *f, const viz__item *item);
void viz__wire_tip(viz__out *out, viz__figure *f, const viz__wire *wire);

/* --- within viz/figure/ ----------------------------------------------------------------------- */

/* boxes.c: all boxes and wires. */
void viz__find_boxes(viz__figure *f);

/* styles.c: the text and the size of a box, and of the label of a link. */
void viz__fill_box(viz__figure *f, uint32_t box);
void viz__fill_wire(viz__figure *f, uint32_t link);

/* legend.c: what stands below the drawing: a legend, what was folded; and where. */
void viz__add_notes(viz__figure *f);
void viz__place_notes(viz__figure *f);

/* parts.c: one more box, link, line or run. The number of the box or link, VIZ__NONE on failure. */
uint32_t viz__add_box(viz__figure *f, viz__item item);
uint32_t viz__add_link(viz__figure *f, uint32_t from, uint32_t to, viz__wire wire);
void viz__add_line(viz__figure *f, uint32_t owner, bool of_wire, double y, uint32_t appears);
void viz__add_run(viz__figure *f, viz__run run); /* to the last line */
double viz__line_width(viz__figure *f, size_t line);
void viz__figure_move(viz__figure *f, double right); /* all of it */

/* runs.c: upstream gradient times local partial; false if it is not known. */
bool viz__flow_of(const viz__figure *f, const viz__run *run, double *flow);

#endif
